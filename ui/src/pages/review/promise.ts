/** How far a facet or concept is from being tagged by the machine alone, in numbers for a sentence. */
import type { HealthOut, WaitingOut } from "@/api/schema";

interface ConceptHealth {
  concept: string;
  learned: boolean;
  needed: { learned: number | null; promised: number | null };
  tags: Record<string, number>;
}

interface FacetHealth {
  id: string;
  kind: "one" | "any";
  concepts: ConceptHealth[];
}

export type Goal =
  /** Nothing was learned yet. */
  | { kind: "no-model" }
  /** So many more labelled pictures, and the machine can learn the concept. */
  | { kind: "learn"; concept: string; more: number }
  /** So many more answers, and it can be tagged alone. */
  | { kind: "automatic"; concept: string | null; more: number }
  /** Enough was answered: the next training can tell. */
  | { kind: "enough"; concept: string | null }
  /** It is tagged alone already; so many tags are. */
  | { kind: "kept"; concept: string | null; tags: number }
  /** No cut-off is good enough yet, however much proof there is. */
  | { kind: "unsure"; concept: string | null };

/**
 * The next goal of what is reviewed. A facet of kind `one` has one promise for all its concepts;
 * else it is the concept's own, or without a concept, that of the one that is nearest to it.
 * answered: since the newest model, of the facet or of each concept.
 */
export function goalOf(
  health: HealthOut,
  facet: string,
  concept: string | undefined,
  answered: (concept: string | null) => number,
): Goal {
  const found = (health.facets as unknown as FacetHealth[]).find(({ id }) => id === facet);
  if (health.model === null || found === undefined) return { kind: "no-model" };
  const own = found.concepts.find((each) => each.concept === concept);
  if (own !== undefined && !own.learned && (own.needed.learned ?? 0) > 0) {
    const more = (own.needed.learned ?? 0) - answered(own.concept);
    return more > 0
      ? { kind: "learn", concept: own.concept, more }
      : { kind: "enough", concept: own.concept };
  }
  if (found.kind === "one") return goalOfAll(found, answered(null));
  return own === undefined ? nearest(found, answered) : goalOfConcept(own, answered(own.concept));
}

function goalOfAll(facet: FacetHealth, answered: number): Goal {
  const learned = facet.concepts.find((each) => each.learned);
  if (learned === undefined) return { kind: "no-model" };
  const tags = facet.concepts.reduce((sum, each) => sum + (each.tags["auto"] ?? 0), 0);
  return goalFrom(learned.needed.promised, null, tags, answered);
}

function goalOfConcept(own: ConceptHealth, answered: number): Goal {
  return goalFrom(own.needed.promised, own.concept, own.tags["auto"] ?? 0, answered);
}

function goalFrom(
  promised: number | null,
  concept: string | null,
  tags: number,
  answered: number,
): Goal {
  if (promised === null) return { kind: "unsure", concept };
  if (promised === 0) return { kind: "kept", concept, tags };
  const more = promised - answered;
  return more > 0 ? { kind: "automatic", concept, more } : { kind: "enough", concept };
}

function nearest(facet: FacetHealth, answered: (concept: string) => number): Goal {
  const goals = facet.concepts
    .filter((each) => each.learned)
    .map((each) => goalOfConcept(each, answered(each.concept)));
  const open = goals.filter((goal) => goal.kind === "automatic").sort((a, b) => a.more - b.more);
  return open[0] ?? goals.find(({ kind }) => kind === "kept") ?? goals[0] ?? { kind: "no-model" };
}

/** From so many new answers on, learning from them is offered in so many words. */
export const WORTH_LEARNING = 25;

export function isWorthLearning(waiting: WaitingOut, since: number, goal: Goal | null): boolean {
  const answers = waiting.answers + since;
  return answers >= WORTH_LEARNING || (answers > 0 && goal?.kind === "enough");
}
