import { useEffect, useState } from "react";
import { useWorkspace } from "@/app/session";
import { Desk, type Sheet } from "../desk";
import { answersOf, wasRight } from "../options";
import { release } from "@/parts/answers/post";
import { nextOf } from "../queries";
import { type Done, sittingOf } from "../sitting";
import { useOutbox } from "@/parts/answers/useOutbox";
import type { Review } from "../useReview";

/** The desk of a queue, given back when the person leaves it. */
export function useDesk(review: Review): Desk | null {
  const { tree, taxonomy, facet, concept, kind } = review;
  const [desk, setDesk] = useState<Desk | null>(null);
  const outbox = useOutbox();
  const ws = useWorkspace();
  useEffect(() => {
    const sitting = sittingOf(ws, taxonomy);
    const made = new Desk({
      idOf: ({ asset }) => asset,
      next: (count) => nextOf({ taxonomy, kind, facet: facet.id, concept, order: null }, count),
      release: (assets) => release(taxonomy, assets),
      answers: (item, choice) => answersOf(item, choice, facet),
      decide: (id, answers) => outbox.decide(id, { taxonomy, queue: kind, answers }),
      takeBack: (id) => outbox.takeBack(id),
      count: (sheet, sign) => {
        if (sign > 0) sitting.add(doneOf(sheet));
        else sitting.take(doneOf(sheet));
      },
      isRight: (item, choice) => wasRight(item, choice, facet.id, tree),
    });
    const stop = outbox.listen(made.listener);
    void release(taxonomy).then(() => made.start());
    setDesk(made);
    const leave = () => void release(taxonomy);
    window.addEventListener("pagehide", leave);
    return () => {
      window.removeEventListener("pagehide", leave);
      made.close();
      stop();
      leave();
    };
  }, [tree, taxonomy, facet, concept, kind, outbox, ws]);
  return desk;
}

function doneOf({ said }: Sheet): Done {
  const choice = said?.choice;
  const concepts = choice?.kind === "is" ? choice.concepts : [];
  return {
    id: said?.id ?? "",
    answers: choice?.kind === "skip" ? 0 : 1,
    judged: said?.right == null ? 0 : 1,
    right: said?.right ? 1 : 0,
    concepts: Object.fromEntries(concepts.map((each) => [each, 1])),
    at: Date.now(),
  };
}
