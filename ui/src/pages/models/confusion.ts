/** Which concept was taken for which, as a table of all pairs or as the worst pairs. */
import { type Confusion, type FacetReport, isKnown } from "./report";

/** Beyond this a table is no longer read: the worst pairs are told instead. */
export const MOST_IN_TABLE = 20;

export interface Cell {
  n: number;
  /** Of the pictures of this row. */
  share: number;
  assets: readonly string[];
}

export interface Matrix {
  concepts: readonly string[];
  /** A row each true concept, a column each that was said. */
  rows: readonly (readonly Cell[])[];
  /** Test pictures of each row. */
  totals: readonly number[];
}

const NOTHING: Cell = { n: 0, share: 0, assets: [] };

export function matrixOf(facet: FacetReport): Matrix | null {
  const { confusions, concepts: learned } = facet;
  if (facet.kind !== "one" || !confusions || !learned) return null;
  const names = learned.filter(({ rest }) => !rest).map(({ concept }) => concept);
  const others = confusions.flatMap(({ truth, said }) => [truth, said]);
  const concepts = [...new Set([...names, ...others])];
  if (concepts.length > MOST_IN_TABLE || concepts.length < 2) return null;
  const wrong = new Map(confusions.map((pair) => [`${pair.truth}\n${pair.said}`, pair]));
  const right = new Map(learned.map(({ concept, recall }) => [concept, hits(recall)]));
  const counts = concepts.map((truth) =>
    concepts.map((said) =>
      truth === said ? (right.get(truth) ?? 0) : (wrong.get(`${truth}\n${said}`)?.n ?? 0),
    ),
  );
  const totals = counts.map((row) => row.reduce((sum, n) => sum + n, 0));
  const rows = counts.map((row, at) =>
    row.map((n, column) => ({
      ...NOTHING,
      n,
      share: n / Math.max(totals[at] ?? 0, 1),
      assets: wrong.get(`${concepts[at]}\n${concepts[column]}`)?.assets ?? [],
    })),
  );
  return { concepts, rows, totals };
}

function hits(recall: FacetReport["top1"]): number {
  return isKnown(recall) ? Math.round(recall.value * recall.n) : 0;
}

/** Older reports name only the most frequent pairs. */
export function unnamed(facet: FacetReport): number {
  if (!isKnown(facet.top1)) return 0;
  const wrong = Math.round(facet.top1.n * (1 - facet.top1.value));
  const named = (facet.confusions ?? []).reduce((sum, { n }) => sum + n, 0);
  return Math.max(wrong - named, 0);
}

export function worst(confusions: readonly Confusion[], most: number): readonly Confusion[] {
  return [...confusions].sort((a, b) => b.n - a.n).slice(0, most);
}
