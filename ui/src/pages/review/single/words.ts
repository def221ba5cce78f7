import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { type Tree, wordIn } from "@/parts/taxonomy";
import type { View } from "../desk";
import type { Choice, Option } from "../options";

/** What a person said, in words. */
export function useSaid(tree: Tree): (choice: Choice) => string {
  const { t } = useTranslation("review");
  return useCallback(
    (choice) => t(`said.${choice.kind}`, { words: wordsOf(tree, choice) }),
    [t, tree],
  );
}

function wordsOf(tree: Tree, choice: Choice): string {
  if (choice.kind === "is") return choice.concepts.map((each) => wordIn(tree, each)).join(", ");
  return choice.kind === "not" ? wordIn(tree, choice.concept) : "";
}

/** "Perhaps Skirt, Dress": what those hear who do not see the picture. */
export function useGuess(tree: Tree): (options: readonly Option[]) => string {
  const { t } = useTranslation("review");
  return useCallback(
    (options) => {
      const words = options.map(({ concept }) => wordIn(tree, concept)).join(", ");
      return words ? t("guess", { words }) : t("guessNone");
    },
    [t, tree],
  );
}

/** What is said aloud of an answer and of the picture that comes with it. */
export function useTelling(
  tree: Tree,
  offered: (view: View) => readonly Option[],
): (choice: Choice, view: View) => string {
  const { t } = useTranslation("review");
  const guess = useGuess(tree);
  return useCallback(
    (choice, view) => {
      const words = wordsOf(tree, choice);
      if (view.sheet === null) return `${t(`said.${choice.kind}`, { words })}.`;
      return t(`announce.${choice.kind}`, { words, guess: guess(offered(view)) });
    },
    [t, tree, guess, offered],
  );
}
