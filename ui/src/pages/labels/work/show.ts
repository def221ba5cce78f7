import type { Suspect } from "../wire";

/** A look-alike with another label is shown as large as the picture itself. */
export function besideOf({ reason, neighbours }: Suspect): Suspect["neighbours"][number] | null {
  return reason === "look-alike" ? (neighbours[0] ?? null) : null;
}

/** What the other neighbours say. */
export function evidenceOf(item: Suspect): Suspect["neighbours"] {
  return besideOf(item) === null ? item.neighbours : item.neighbours.slice(1);
}

export type Leaning = "given" | "proposed" | "other";

/** For which of the two a neighbour speaks. */
export function leaningOf(item: Suspect, concept: string): Leaning {
  if (concept === item.given) return "given";
  return concept === item.proposed ? "proposed" : "other";
}
