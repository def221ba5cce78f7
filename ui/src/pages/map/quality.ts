/** What the retained variance says of a map, in words. */

export type Worth = "good" | "fair" | "poor";

/**
 * How far to trust a map. The features of pictures that form clear groups vary along few
 * directions; where the two best hold next to nothing, no flat picture can show what there is.
 */
export function worthOf(shareOfTwo: number): Worth {
  if (shareOfTwo >= 0.25) return "good";
  return shareOfTwo >= 0.1 ? "fair" : "poor";
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
