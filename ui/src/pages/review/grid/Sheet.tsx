import { useMemo, useState, useSyncExternalStore } from "react";
import { Failure } from "@/parts/Failure";
import { Loading } from "@/parts/Loading";
import { KeySheet } from "../KeySheet";
import type { Pile } from "../pile";
import { usePrefetch } from "@/parts/usePrefetch";
import { useSwitch } from "@/parts/answers/useKept";
import type { Review } from "../useReview";
import { Actions } from "./Actions";
import type { Waits } from "./concepts";
import { Done } from "./Done";
import classes from "./Grid.module.css";
import { Head } from "./Head";
import { Tiles } from "./Tiles";
import { useGridActs } from "./useGridActs";

interface Props {
  review: Review;
  concept: string;
  concepts: readonly Waits[];
  pile: Pile;
}

/** A page of one suggested tag: the question, the pictures, and the one key that settles it. */
export function Sheet({ review, concept, concepts, pile }: Props) {
  const view = useSyncExternalStore(pile.subscribe, pile.snapshot);
  const [isHelping, setHelping] = useState(false);
  const [isSure, switchSure] = useSwitch("sure", false);
  const help = () => setHelping(true);
  const acts = useGridActs({ review, concept, concepts, pile, help, switchSure });
  const ahead = useMemo(() => view.ahead.map(({ asset }) => asset), [view.ahead]);
  usePrefetch(ahead, 320);
  return (
    <section className={classes.sheet} aria-labelledby="question">
      <Head review={review} concept={concept} />
      {view.status === "ready" && (
        <Tiles
          key={view.stacks[0]?.id}
          review={review}
          concept={concept}
          stacks={view.stacks}
          isSure={isSure}
          acts={acts}
        />
      )}
      {view.status === "loading" && <Loading />}
      {view.status === "failed" && <Failure error={view.error} retry={() => void pile.renew()} />}
      {view.status === "empty" && (
        <Done review={review} concept={concept} concepts={concepts} pile={pile} />
      )}
      <Actions view={view} acts={acts} isSure={isSure} switchSure={switchSure} help={help} />
      <KeySheet mode="grid" opened={isHelping} onClose={() => setHelping(false)} />
    </section>
  );
}
