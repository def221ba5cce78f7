import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { count } from "@/parts/numbers";
import { useAnnounce } from "@/parts/announce";
import { useAfterLearning } from "../useAfterLearning";
import type { Pile, Settled, Stack } from "../pile";
import { useKeys } from "@/parts/useKeys";
import type { Review } from "../useReview";
import { beside, type Waits } from "./concepts";

export interface GridActs {
  mark: (stack: Stack | undefined) => void;
  apart: (stack: Stack | undefined) => void;
  markAll: () => void;
  settle: () => void;
  undo: () => void;
}

interface Means {
  review: Review;
  concept: string;
  concepts: readonly Waits[];
  pile: Pile;
  help: () => void;
  switchSure: () => void;
}

export function useGridActs({ review, concept, concepts, pile, help, switchSure }: Means) {
  const { t } = useTranslation("review");
  const announce = useAnnounce();
  const acts: GridActs = useMemo(() => {
    const tell = (settled: Settled | null) => {
      if (settled === null) return;
      const { right, wrong } = settled;
      announce(t("announce.settled", { right: count(right), wrong: count(wrong) }));
    };
    return {
      mark: (stack) => {
        const marked = stack && pile.mark(stack.id);
        if (marked) announce(t(marked.isWrong ? "announce.wrong" : "announce.right"));
      },
      apart: (stack) => stack && pile.layApart(stack.id),
      markAll: () => pile.markAll(),
      settle: () => tell(pile.settle()),
      undo: () => announce(t(pile.undo() === null ? "announce.nothing" : "announce.undone")),
    };
  }, [pile, announce, t]);
  const go = (steps: 1 | -1) => {
    const to = beside(concepts, concept, steps);
    if (to !== null) review.choose({ concept: to });
  };
  useKeys({
    Enter: () => {
      if (pile.snapshot().status === "empty") go(1);
      else acts.settle();
    },
    u: acts.undo,
    a: acts.markAll,
    "[": () => go(-1),
    "]": () => go(1),
    "?": help,
    p: switchSure,
    v: () => review.choose({ mode: "single", concept: undefined }),
  });
  useAfterLearning(review.waiting.model, () => void pile.renew());
  return acts;
}
