import type { HealthOut, TaxonomyOut } from "@/api/schema";
import type { Measured } from "@/parts/Figure";

/** What the server tells of one concept. */
export interface ConceptHealth {
  concept: string;
  path: string[];
  /** The model in use knows it. */
  learned: boolean;
  labelled: { train: number; validation: number; test: number };
  needed: { learned: number; promised: number | null };
  tags: Partial<Record<"auto" | "confirmed" | "rejected" | "suggested", number>>;
  precision: Measured;
  recall: Measured;
  coverage: Measured;
  calibration_error: { value: number | null; n: number };
  confused_with: { concept: string; n: number } | null;
  next: string[];
}

export interface Health {
  model: number | null;
  byId: ReadonlyMap<string, ConceptHealth>;
}

interface FacetHealth {
  concepts: ConceptHealth[];
}

export function healthOf(told: HealthOut): Health {
  const facets = told.facets as unknown as FacetHealth[];
  const concepts = facets.flatMap((facet) => facet.concepts);
  return { model: told.model, byId: new Map(concepts.map((each) => [each.concept, each])) };
}

/**
 * How a concept fares, in one word. `alone`: the machine tags it alone. `asks`: learned, but people
 * confirm. `few`: too few pictures to learn. `untrained`: enough, but no model has learned it.
 * `group`: it stands for what is below it. `retired`, `new`: not in use, or not yet.
 */
export type Sign = "alone" | "asks" | "few" | "untrained" | "group" | "retired" | "new";

type ConceptOut = TaxonomyOut["concepts"][number];

export function signOf(
  concept: ConceptOut,
  health: ConceptHealth | undefined,
  isGroup: boolean,
): Sign {
  if (!concept.live) return "retired";
  if (health === undefined) return "new";
  if (health.learned) return health.needed.promised === 0 ? "alone" : "asks";
  if (isGroup || concept.heading) return "group";
  return health.needed.learned > 0 ? "few" : "untrained";
}

/** How many more pictures it takes to the next better sign; null where nobody can say. */
export function missing(sign: Sign, health: ConceptHealth | undefined): number | null {
  if (sign === "few") return health?.needed.learned ?? null;
  const promised = sign === "asks" ? (health?.needed.promised ?? null) : null;
  return promised !== null && promised > SENSIBLE ? null : promised;
}

/** Nobody labels so many for one concept: the model is then just not right often enough. */
const SENSIBLE = 20_000;

export function labelledOf({ labelled }: ConceptHealth): number {
  return labelled.train + labelled.validation + labelled.test;
}

/** Pictures that carry a concept, by the tags that stand for it. */
export function counted(
  facets: readonly { taxonomy: string; concept: string; count: number }[],
  taxonomy: string,
): ReadonlyMap<string, number> {
  const own = facets.filter((each) => each.taxonomy === taxonomy);
  return new Map(own.map((each) => [each.concept, each.count]));
}
