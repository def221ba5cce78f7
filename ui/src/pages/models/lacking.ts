/** What each concept has and lacks before it can be learned. */
export interface Lacking {
  concept: string;
  word: string;
  labelled: number;
  /** More labelled pictures. */
  needed: number;
}

interface HealthConcept {
  concept: string;
  path: readonly string[];
  labelled: Record<string, number>;
  needed: { learned: number };
}

/** Those that a picture can be labelled with, the nearest to enough first. */
export function lackingOf(facets: readonly unknown[]): Lacking[] {
  const concepts = (facets as { concepts: readonly HealthConcept[] }[]).flatMap(
    (facet) => facet.concepts,
  );
  const parents = new Set(concepts.map(({ path }) => path.slice(0, -1).join("\n")));
  return concepts
    .filter(({ path }) => !parents.has(path.join("\n")))
    .map(({ concept, path, labelled, needed }) => ({
      concept,
      word: path.join(" › "),
      labelled: Object.values(labelled).reduce((sum, n) => sum + n, 0),
      needed: needed.learned,
    }))
    .sort((a, b) => a.needed - b.needed || b.labelled - a.labelled);
}
