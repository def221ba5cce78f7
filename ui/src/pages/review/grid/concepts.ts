import { QUEUES } from "../queues";
import type { Review } from "../useReview";

export interface Waits {
  concept: string;
  pictures: number;
}

/** The concepts of the facet for which pictures wait in the queue, the most first. */
export function conceptsOf({ waiting, kind, facet, tree }: Review): Waits[] {
  const counted = QUEUES[kind].counted;
  if (counted === null) return [];
  return waiting.concepts
    .filter((each) => each.facet === facet.id && each[counted] > 0 && tree.byId.has(each.concept))
    .map((each) => ({ concept: each.concept, pictures: each[counted] }))
    .sort((a, b) => b.pictures - a.pictures);
}

/** The next in the list, or the one before; round at the ends. */
export function beside(concepts: readonly Waits[], concept: string, steps: 1 | -1): string | null {
  const place = concepts.findIndex((each) => each.concept === concept);
  const to = (place + steps + concepts.length) % concepts.length;
  return concepts[place < 0 ? 0 : to]?.concept ?? null;
}
