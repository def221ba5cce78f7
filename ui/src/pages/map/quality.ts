/** How far a map can be trusted, and in which order its clusters are listed. */

export type Worth = "good" | "fair" | "poor";

/** What is measured of the clusters: pictures with a label, and those that carry the commonest. */
export interface Purity {
  share: number;
  low: number;
  high: number;
  n: number;
}

interface Measured {
  labelled: number;
  purity: number | null;
}

/** Fewer labels tell next to nothing. */
const FEWEST = 30;

/** Of the labelled pictures in clusters, the share with their cluster's commonest label. */
export function purityOf(clusters: readonly Measured[]): Purity | null {
  let [right, n] = [0, 0];
  for (const { labelled, purity } of clusters) {
    if (purity === null) continue;
    right += purity * labelled;
    n += labelled;
  }
  return n < FEWEST ? null : { share: right / n, n, ...wilson(right / n, n) };
}

const Z = 1.96;

/** Wilson's interval of a share at 95 % (Wilson 1927). */
function wilson(share: number, n: number): { low: number; high: number } {
  const middle = (share + Z ** 2 / (2 * n)) / (1 + Z ** 2 / n);
  const reach =
    (Z / (1 + Z ** 2 / n)) * Math.sqrt((share * (1 - share)) / n + Z ** 2 / (4 * n ** 2));
  return { low: Math.max(middle - reach, 0), high: Math.min(middle + reach, 1) };
}

/**
 * How far to trust a map: by its labelled pictures where there are some, else by what its two best
 * directions keep. Where those hold next to nothing, a flat picture can hardly show what there is.
 */
export function worthOf(purity: Purity | null, shareOfTwo: number): Worth {
  const [share, good, fair] = purity ? [purity.low, 0.8, 0.5] : [shareOfTwo, 0.25, 0.08];
  if (share >= good) return "good";
  return share >= fair ? "fair" : "poor";
}

export interface Counted {
  size: number;
  labelled: number;
}

export function labelledShare({ size, labelled }: Counted): number {
  return size === 0 ? 0 : labelled / size;
}

export type Sorting = "islands" | "size" | "labelled";

/** Clusters in the order of the list: those that nobody labelled first, or as is asked for. */
export function sorted<Cluster extends Counted & { id: number }>(
  clusters: readonly Cluster[],
  islands: readonly number[],
  by: Sorting,
): Cluster[] {
  const isIsland = new Set(islands);
  const rank = (each: Cluster) => (by === "islands" && !isIsland.has(each.id) ? 1 : 0);
  return [...clusters].sort(
    (a, b) =>
      rank(a) - rank(b) ||
      (by === "labelled" ? labelledShare(a) - labelledShare(b) : 0) ||
      b.size - a.size ||
      a.id - b.id,
  );
}
