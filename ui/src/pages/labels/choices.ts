/** What a person may say of a label in doubt, and the answers that come of it. */
import type { AnswerIn } from "@/api/schema";
import type { Suspect } from "./wire";

export type Choice = { kind: "keep" } | { kind: "correct"; concept: string } | { kind: "discard" };

/** What one key says: the proposed concept, or where none is meant, that the label is wrong. */
export function correction({ proposed }: Pick<Suspect, "proposed">): Choice {
  return proposed === null ? { kind: "discard" } : { kind: "correct", concept: proposed };
}

export function answerOf({ asset, given }: Suspect, choice: Choice): AnswerIn {
  switch (choice.kind) {
    case "keep":
      return { kind: "confirm", asset, concept: given };
    case "discard":
      return { kind: "reject", asset, concept: given };
    case "correct":
      // Whoever finds the given label once more has kept it.
      if (choice.concept === given) return { kind: "confirm", asset, concept: given };
      return { kind: "correct", asset, concept: choice.concept, instead_of: given };
  }
}
