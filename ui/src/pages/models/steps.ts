import { useTranslation } from "react-i18next";

/** The steps of a training and a tagging as the server names them, and the words for each. */
const STEPS = {
  "reading labels": "labels",
  "loading features": "features",
  "measuring on the test pictures": "measuring",
  "writing the model": "writing",
  "comparing with the champion": "comparing",
  "reading the model": "model",
  "tagging pictures": "tagging",
  done: "done",
} as const;

/** Without the facet that stands before it. */
export function stepKey(step: string): (typeof STEPS)[keyof typeof STEPS] | null {
  const name = step.split(": ").at(-1) ?? step;
  return name in STEPS ? STEPS[name as keyof typeof STEPS] : null;
}

/** A step in words; what only the server has words for, in the server's. */
export function useStep(step: string | undefined): string | null {
  const { t } = useTranslation("models");
  if (step === undefined) return null;
  const key = stepKey(step);
  return key === null ? step : t(`step.${key}`);
}
