import { useCallback, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useAnnounce } from "@/parts/announce";
import type { Desk, View } from "../desk";
import type { Choice, Option } from "../options";
import type { Review } from "../useReview";
import { useTelling } from "./words";

export interface Acts {
  say: (choice: Choice) => void;
  /** A number key, or a press on an option: an answer, or where several fit, part of one. */
  pick: (concept: string) => void;
  confirm: () => void;
  undo: () => void;
  move: (steps: 1 | -1) => void;
  /** Chosen so far, where several fit. */
  chosen: readonly string[];
}

interface Means {
  review: Review;
  desk: Desk;
  options: readonly Option[];
  offered: (view: View) => readonly Option[];
  toStage: () => void;
}

/** What a person can do with the picture that is shown. Each is told to those who only hear it. */
export function useActs({ review, desk, options, offered, toStage }: Means): Acts {
  const { t } = useTranslation("review");
  const announce = useAnnounce();
  const tell = useTelling(review.tree, offered);
  const asset = desk.snapshot().sheet?.item.asset;
  const [chosen, setChosen] = useChosen(asset);
  const isAny = review.facet.kind === "any";
  const say = useCallback(
    (choice: Choice) => {
      if (desk.say(choice) === null) return;
      announce(tell(choice, desk.snapshot()));
      toStage();
    },
    [desk, announce, tell, toStage],
  );
  return useMemo(
    () => ({
      say,
      chosen,
      pick: (concept) => {
        if (!isAny) say({ kind: "is", concepts: [concept] });
        else setChosen(toggled(chosen, concept));
      },
      confirm: () => {
        const first = options[0]?.concept;
        const concepts = chosen.length > 0 ? chosen : first === undefined ? [] : [first];
        if (concepts.length > 0) say({ kind: "is", concepts });
      },
      undo: () => {
        announce(t(desk.undo() === null ? "announce.nothing" : "announce.undone"));
        toStage();
      },
      move: (steps) => {
        desk.move(steps);
        toStage();
      },
    }),
    [say, chosen, setChosen, isAny, options, announce, t, desk, toStage],
  );
}

function toggled(chosen: readonly string[], concept: string): string[] {
  return chosen.includes(concept)
    ? chosen.filter((each) => each !== concept)
    : [...chosen, concept];
}

/** Begins anew with each picture. */
function useChosen(asset: string | undefined): [readonly string[], (chosen: string[]) => void] {
  const [held, hold] = useState<{ asset: string | undefined; chosen: readonly string[] }>({
    asset,
    chosen: NONE,
  });
  const of = useRef(asset);
  of.current = asset;
  const set = useCallback((chosen: string[]) => hold({ asset: of.current, chosen }), []);
  return [held.asset === asset ? held.chosen : NONE, set];
}

const NONE: readonly string[] = [];
