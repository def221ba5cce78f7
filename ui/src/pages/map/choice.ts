/** What is chosen on the map: pictures by number, and what is known of them all. */
import type { Meaning } from "./legend";

export interface Choice {
  indices: Uint32Array;
  /** Where it came from: the cluster it is, else a line drawn or single pictures. */
  cluster: number | null;
  /** Whether it was chosen from the list, and the focus belongs to what comes of it. */
  isByList?: boolean;
}

export const NOTHING: Choice = { indices: new Uint32Array(), cluster: null };

export type How = "instead" | "add" | "take";

export function changed(before: Choice, found: Uint32Array, how: How): Choice {
  if (how === "instead") return { indices: found, cluster: null };
  const all = new Set(before.indices);
  for (const index of found) {
    if (how === "add") all.add(index);
    else all.delete(index);
  }
  return { indices: Uint32Array.from(all).sort(), cluster: null };
}

/** One picture more, or less where it was among them. */
export function toggled(before: Choice, index: number): Choice {
  const how = before.indices.includes(index) ? "take" : "add";
  return changed(before, Uint32Array.of(index), how);
}

/** 1 for each chosen picture. */
export function maskOf(n: number, indices: Uint32Array): Uint8Array {
  const mask = new Uint8Array(n);
  for (const index of indices) mask[index] = 1;
  return mask;
}

export interface Share {
  code: number;
  concept: string | null;
  label: string;
  count: number;
}

/** How many of these pictures carry what, the most frequent first; -1 are those that carry nothing. */
export function sharesOf(
  indices: Uint32Array,
  codes: Int32Array,
  meanings: readonly Meaning[],
  none: string,
): Share[] {
  const words = new Map(meanings.map((meaning) => [meaning.code, meaning]));
  const counts = new Map<number, number>();
  for (const index of indices) {
    const code = words.has(codes[index]!) ? codes[index]! : -1;
    counts.set(code, (counts.get(code) ?? 0) + 1);
  }
  return [...counts]
    .map(([code, count]) => {
      const { concept = null, label = none } = words.get(code) ?? {};
      return { code, concept, label, count };
    })
    .sort((a, b) => b.count - a.count || a.code - b.code);
}

/** Some of them, spread evenly over all: the same ones each time. */
export function sampleOf(indices: Uint32Array, most: number): number[] {
  if (indices.length <= most) return [...indices];
  return Array.from(
    { length: most },
    (_, at) => indices[Math.floor((at * indices.length) / most)]!,
  );
}
