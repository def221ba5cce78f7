import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { type Tree, wordIn } from "@/parts/taxonomy";
import type { Choice } from "../choices";
import type { Suspect } from "../wire";

/** What a person said, in words. */
export function useSaid(tree: Tree): (item: Suspect, choice: Choice) => string {
  const { t } = useTranslation("labels");
  return useCallback(
    (item, choice) =>
      t(`said.${choice.kind}`, {
        given: wordIn(tree, item.given),
        to: choice.kind === "correct" ? wordIn(tree, choice.concept) : "",
      }),
    [t, tree],
  );
}

/** What is asked of a suspect, for those who hear the page. */
export function useAsking(tree: Tree): (item: Suspect) => string {
  const { t } = useTranslation("labels");
  return useCallback(
    ({ given, proposed }) =>
      t(proposed === null ? "announce.nextNot" : "announce.next", {
        given: wordIn(tree, given),
        proposed: proposed === null ? "" : wordIn(tree, proposed),
      }),
    [t, tree],
  );
}

/** "T-shirt → Longsleeve". */
export function useSwapWords(
  tree: Tree,
): (swap: { given: string; proposed: string | null }) => string {
  const { t } = useTranslation("labels");
  return useCallback(
    ({ given, proposed }) =>
      t(proposed === null ? "grid.not" : "grid.swap", {
        given: wordIn(tree, given),
        proposed: proposed === null ? "" : wordIn(tree, proposed),
      }),
    [t, tree],
  );
}
