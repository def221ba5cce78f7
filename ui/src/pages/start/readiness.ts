import type { HealthOut } from "@/api/schema";

export interface Missing {
  word: string;
  pictures: number;
}

export interface Readiness {
  /** Whether a model can be learned. */
  isReady: boolean;
  /** Concepts with enough labelled pictures. */
  enough: number;
  /** Those that have some, but too few; the nearest first. */
  missing: Missing[];
  /** Whether any picture carries a label. */
  hasLabels: boolean;
}

interface ConceptHealth {
  path: string[];
  labelled: Record<string, number>;
  needed: { learned: number };
}

interface FacetHealth {
  kind: string;
  concepts: ConceptHealth[];
}

/** One alone cannot be told apart from anything. */
const LEAST = { one: 2, any: 1 } as const;

/** What of a taxonomy can be learned now, and how many pictures the rest wants. */
export function readinessOf(health: HealthOut): Readiness {
  const facets = health.facets as unknown as FacetHealth[];
  const found: Readiness = { isReady: false, enough: 0, missing: [], hasLabels: false };
  for (const { kind, concepts } of facets) {
    const labelled = concepts.filter((each) => sumOf(each.labelled) > 0);
    // A concept above others counts theirs: alone it would say that one is two.
    const leaves = labelled.filter((each) => !labelled.some((other) => isBelow(other, each)));
    const enough = leaves.filter(({ needed }) => needed.learned === 0);
    found.enough += enough.length;
    found.isReady ||= enough.length >= (kind === "one" ? LEAST.one : LEAST.any);
    found.hasLabels ||= labelled.length > 0;
    found.missing.push(
      ...leaves
        .filter(({ needed }) => needed.learned > 0)
        .map(({ path, needed }) => ({ word: path.join(" › "), pictures: needed.learned })),
    );
  }
  found.missing.sort((a, b) => a.pictures - b.pictures || a.word.localeCompare(b.word));
  return found;
}

function isBelow(other: ConceptHealth, above: ConceptHealth): boolean {
  return (
    other.path.length > above.path.length && above.path.every((word, at) => other.path[at] === word)
  );
}

function sumOf(counts: Record<string, number>): number {
  return Object.values(counts).reduce((sum, n) => sum + n, 0);
}
