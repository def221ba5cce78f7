import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Stack } from "@/parts/answers/pile";
import { useAnnounce } from "@/parts/announce";
import { count } from "@/parts/numbers";
import { useKeys } from "@/parts/useKeys";
import type { Labels } from "../useLabels";
import { besideSwap, type FacetSwap } from "./swaps";
import type { Pile, Tiled } from "./usePile";

export interface GridActs {
  mark: (stack: Stack<Tiled> | undefined) => void;
  markAll: () => void;
  settle: () => void;
  undo: () => void;
}

interface Means {
  labels: Labels;
  swaps: readonly FacetSwap[];
  swap: FacetSwap;
  pile: Pile;
  help: () => void;
  switchSure: () => void;
}

export function useGridActs({ labels, swaps, swap, pile, help, switchSure }: Means): GridActs {
  const { t } = useTranslation("labels");
  const announce = useAnnounce();
  const acts: GridActs = useMemo(
    () => ({
      mark: (stack) => {
        const marked = stack && pile.mark(stack.id);
        if (marked) announce(t(marked.isWrong ? "announce.kept" : "announce.notKept"));
      },
      markAll: () => pile.markAll(),
      settle: () => {
        const settled = pile.settle();
        if (settled === null) return;
        const { right, wrong } = settled;
        announce(t("announce.settled", { corrected: count(right), kept: count(wrong) }));
      },
      undo: () => announce(t(pile.undo() === null ? "announce.nothing" : "announce.undone")),
    }),
    [pile, announce, t],
  );
  const go = (steps: 1 | -1) => {
    const to = besideSwap(swaps, swap, steps);
    if (to === null) return;
    labels.choose({ facet: to.facet, given: to.given, proposed: to.proposed ?? undefined });
  };
  const settle = () => {
    if (pile.snapshot().status === "empty") go(1);
    else acts.settle();
  };
  useKeys({
    Enter: settle,
    c: settle,
    u: acts.undo,
    a: acts.markAll,
    "[": () => go(-1),
    "]": () => go(1),
    "?": help,
    p: switchSure,
    v: () => labels.choose({ ...labels.filter, view: "single" }),
  });
  return acts;
}
