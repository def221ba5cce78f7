import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useAnnounce } from "@/parts/announce";
import type { Tree } from "@/parts/taxonomy";
import { type Choice, correction } from "../choices";
import type { Desk } from "./useDesk";
import { useAsking, useSaid } from "./words";

export interface Acts {
  keep: () => void;
  /** To what is proposed; where nothing is, the label is only taken off. */
  correct: () => void;
  discard: () => void;
  /** Another concept is right. */
  pick: (concept: string) => void;
  undo: () => void;
  move: (steps: 1 | -1) => void;
}

interface Means {
  tree: Tree;
  desk: Desk;
  toStage: () => void;
}

/** What a person can do with the suspect that is shown. Each is told to those who only hear it. */
export function useActs({ tree, desk, toStage }: Means): Acts {
  const { t } = useTranslation("labels");
  const announce = useAnnounce();
  const said = useSaid(tree);
  const asking = useAsking(tree);
  return useMemo(() => {
    const say = (choice: Choice) => {
      const sheet = desk.say(choice);
      if (sheet === null) return;
      const next = desk.snapshot().sheet;
      announce(`${said(sheet.item, choice)}. ${next ? asking(next.item) : t("announce.last")}`);
      toStage();
    };
    const shown = () => desk.snapshot().sheet?.item;
    return {
      keep: () => say({ kind: "keep" }),
      correct: () => {
        const item = shown();
        if (item !== undefined) say(correction(item));
      },
      discard: () => say({ kind: "discard" }),
      pick: (concept) =>
        say(concept === shown()?.given ? { kind: "keep" } : { kind: "correct", concept }),
      undo: () => {
        announce(t(desk.undo() === null ? "announce.nothing" : "announce.undone"));
        toStage();
      },
      move: (steps) => {
        desk.move(steps);
        const item = shown();
        if (item !== undefined) announce(asking(item));
        toStage();
      },
    };
  }, [desk, announce, said, asking, toStage, t]);
}
