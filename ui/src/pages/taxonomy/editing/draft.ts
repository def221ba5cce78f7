import type { ConceptOut, TaxonomyOut } from "@/api/schema";
import { keyOfWord } from "./words";

/** Why an edit cannot be done to the taxonomy as it stands. Each has its sentence in the words. */
export type Reason =
  | "gone"
  | "same"
  | "below"
  | "twin"
  | "facet"
  | "retired"
  | "above"
  | "taken"
  | "parts"
  | "children"
  | "empty";

export class Misfit extends Error {
  constructor(readonly reason: Reason) {
    super(reason);
  }
}

/** A taxonomy while it is being changed. Concepts are in order within each place, not as a tree. */
export interface Draft {
  language: string;
  facets: TaxonomyOut["facets"];
  concepts: Map<string, ConceptOut>;
}

export function drafted(taxonomy: TaxonomyOut): Draft {
  return {
    language: taxonomy.language,
    facets: taxonomy.facets,
    concepts: new Map(taxonomy.concepts.map((concept) => [concept.id, concept])),
  };
}

export function conceptOf(draft: Draft, id: string): ConceptOut {
  const concept = draft.concepts.get(id);
  if (concept === undefined) throw new Misfit("gone");
  return concept;
}

/** From the parent up to the root. */
export function ancestorsOf(draft: Draft, concept: ConceptOut): ConceptOut[] {
  const above: ConceptOut[] = [];
  let parent = concept.parent;
  while (parent !== null) {
    const next = conceptOf(draft, parent);
    above.push(next);
    parent = next.parent;
  }
  return above;
}

export function isLive(draft: Draft, concept: ConceptOut): boolean {
  return !concept.deprecated && !ancestorsOf(draft, concept).some((each) => each.deprecated);
}

export function isWithin(draft: Draft, concept: ConceptOut, top: string): boolean {
  return concept.id === top || ancestorsOf(draft, concept).some((each) => each.id === top);
}

export function liveChildren(draft: Draft, parent: string): ConceptOut[] {
  return [...draft.concepts.values()].filter(
    (each) => each.parent === parent && !each.deprecated && isLive(draft, each),
  );
}

/** Put a concept in its place, and refuse it where a sibling has one of its words already. */
export function put(draft: Draft, concept: ConceptOut): void {
  const own = labelsOf(draft, concept);
  for (const other of concept.deprecated ? [] : draft.concepts.values()) {
    if (other.id === concept.id || other.deprecated) continue;
    if (other.facet !== concept.facet || other.parent !== concept.parent) continue;
    if (labelsOf(draft, other).some((label) => own.includes(label))) throw new Misfit("twin");
  }
  draft.concepts.set(concept.id, concept);
}

function labelsOf(draft: Draft, concept: ConceptOut): string[] {
  const words = [[draft.language, concept.label], ...Object.entries(concept.labels)];
  return words.map(([language, word]) => `${language}:${keyOfWord(word!)}`);
}

/** The taxonomy in tree order, with every path and what is in use worked out anew. */
export function settled(taxonomy: TaxonomyOut, draft: Draft): TaxonomyOut {
  const places = new Map<string, ConceptOut[]>();
  for (const concept of draft.concepts.values()) {
    const place = placeOf(concept.facet, concept.parent);
    const there = places.get(place);
    if (there === undefined) places.set(place, [concept]);
    else there.push(concept);
  }
  const concepts: ConceptOut[] = [];
  const walk = (place: string, path: readonly string[], live: boolean) => {
    for (const concept of places.get(place) ?? []) {
      const own = { path: [...path, concept.label], live: live && !concept.deprecated };
      concepts.push({ ...concept, ...own });
      walk(placeOf(concept.facet, concept.id), own.path, own.live);
    }
  };
  for (const facet of draft.facets) walk(placeOf(facet.id, null), [], true);
  return { ...taxonomy, facets: draft.facets, concepts };
}

function placeOf(facet: string, parent: string | null): string {
  return JSON.stringify([facet, parent]);
}
