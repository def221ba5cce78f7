/** The contract as people read it: what is promised, what it was tested on, what is missing. */
import type { Contract, FacetReport, Promise } from "./report";

/** A tenth of the labelled pictures proves the promise; the rest teach and test. */
const PROVING = 0.1;

export type Standing =
  | { is: "kept"; promise: Promise }
  | { is: "partly"; held: number; all: number }
  | { is: "refused"; pictures: number | null };

export function standingOf(facet: FacetReport): Standing {
  const made = Object.values(facet.promises);
  const held = made.filter(({ tagged }) => tagged > 0);
  const [first] = held;
  if (first === undefined) return { is: "refused", pictures: neededBy(made) };
  if (made.length === 1) return { is: "kept", promise: first };
  return { is: "partly", held: held.length, all: made.length };
}

/** How many more reviewed pictures make a promise likely, over all parts; null: out of reach. */
export function neededBy(made: readonly Promise[]): number | null {
  const missing = made.flatMap((each) => (each.missing ? [each.missing] : []));
  return missing.length === 0 ? null : Math.ceil(Math.min(...missing) / PROVING);
}

/** Tags, all right, that a promise needs at least: 59 for 95 % with 95 %. */
export function smallestSample({ target, confidence }: Contract): number {
  return Math.ceil(Math.log(1 - confidence) / Math.log(target) - 1e-9);
}

/** From this ratio of the largest to the smallest concept on, a report warns. */
const UNEVEN = 5;

export function isUneven({ balance }: FacetReport): boolean {
  return balance.smallest > 0 && balance.largest >= UNEVEN * balance.smallest;
}
