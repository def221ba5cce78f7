import { Button, Kbd, Text, Title } from "@mantine/core";
import { IconChecks } from "@tabler/icons-react";
import { useState, useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import { useSwitch } from "@/parts/answers/useKept";
import { Empty } from "@/parts/Empty";
import { Failure } from "@/parts/Failure";
import { Loading } from "@/parts/Loading";
import { wordIn } from "@/parts/taxonomy";
import { usePrefetch } from "@/parts/usePrefetch";
import type { Labels } from "../useLabels";
import { Actions } from "./Actions";
import { Keys } from "./Keys";
import { NothingLeft } from "./NothingLeft";
import { besideSwap, type FacetSwap } from "./swaps";
import { Tiles } from "./Tiles";
import { useGridActs } from "./useGridActs";
import type { Pile } from "./usePile";
import { useSwapWords } from "./words";
import classes from "./Work.module.css";

interface Props {
  labels: Labels;
  swaps: readonly FacetSwap[];
  swap: FacetSwap;
  pile: Pile;
  renew: () => void;
}

/** A page of one swap: the question, the pictures, and the one key that corrects the rest. */
export function Sheet({ labels, swaps, swap, pile, renew }: Props) {
  const { t } = useTranslation("labels");
  const view = useSyncExternalStore(pile.subscribe, pile.snapshot);
  const [isHelping, setHelping] = useState(false);
  const [isSure, switchSure] = useSwitch("sure", false);
  const help = () => setHelping(true);
  const acts = useGridActs({ labels, swaps, swap, pile, help, switchSure });
  usePrefetch(
    view.ahead.map(({ asset }) => asset),
    320,
  );
  const { tree } = labels;
  const words = {
    given: wordIn(tree, swap.given),
    proposed: swap.proposed === null ? "" : wordIn(tree, swap.proposed),
  };
  return (
    <section className={classes.sheet} aria-labelledby="question">
      <div>
        <Title order={2} size="h4" id="question">
          {t("grid.question", words)}
        </Title>
        <Text size="sm" c="dimmed" className={classes.hint}>
          {t(swap.proposed === null ? "grid.hintNot" : "grid.hint", words)}
        </Text>
      </div>
      {view.status === "ready" && (
        <Tiles
          key={view.stacks[0]?.id}
          stacks={view.stacks}
          isSure={isSure}
          mark={(stack) => acts.mark(stack)}
        />
      )}
      {view.status === "loading" && <Loading />}
      {view.status === "failed" && <Failure error={view.error} retry={renew} />}
      {view.status === "empty" && <Done labels={labels} swaps={swaps} swap={swap} />}
      <Actions
        view={view}
        acts={acts}
        proposed={swap.proposed === null ? null : words.proposed}
        isSure={isSure}
        switchSure={switchSure}
        help={help}
      />
      <Keys view="grid" opened={isHelping} onClose={() => setHelping(false)} />
    </section>
  );
}

/** This swap is through: on to the next. */
function Done({ labels, swaps, swap }: Pick<Props, "labels" | "swaps" | "swap">) {
  const { t } = useTranslation(["labels", "review"]);
  const words = useSwapWords(labels.tree);
  const next = besideSwap(swaps, swap, 1);
  if (next === null) return <NothingLeft labels={labels} />;
  const { facet, given, proposed } = next;
  return (
    <Empty
      icon={IconChecks}
      title={t("grid.done", { swap: words(swap) })}
      text={t("grid.doneText")}
    >
      <Button
        rightSection={<Kbd>{t("review:key.enter")}</Kbd>}
        onClick={() => labels.choose({ facet, given, proposed: proposed ?? undefined })}
      >
        {t("grid.next", { swap: words(next) })}
      </Button>
    </Empty>
  );
}
