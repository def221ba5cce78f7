/** From what is known of every picture to the look of its point and the lines of the legend. */
import { LOOKS, type Look, lookOf, lookOfNone, rampAt, type Scheme, TABLE } from "./colours";
import type { Points } from "./points";

/** By what points are coloured. */
export const COLOURINGS = [
  "tag",
  "labelled",
  "cluster",
  "probability",
  "suspect",
  "source",
] as const;
export type Colouring = (typeof COLOURINGS)[number];

export function isColouring(text: string | undefined): text is Colouring {
  return (COLOURINGS as readonly (string | undefined)[]).includes(text);
}

export function isRamp(by: Colouring): by is "probability" | "suspect" {
  return by === "probability" || by === "suspect";
}

/** What a code of a colouring means. */
export interface Meaning {
  code: number;
  concept: string | null;
  label: string;
  count: number;
}

export interface Entry {
  /** -1 for "none". */
  code: number;
  label: string;
  count: number;
  look: Look;
}

/** The shown points: a look for each, and the legend that explains them. */
export interface Coloured {
  /** For each picture the number of its look. */
  looks: Uint8Array;
  /** The looks by number; 0 is that of "none". */
  table: Look[];
  entries: Entry[];
  /** The lowest and highest value of a ramp. */
  range: [number, number] | null;
}

const NONE = 0;
const STEPS = TABLE - 1;

/** Codes: the most frequent ones have looks of their own. */
export function byCode(
  codes: Int32Array,
  meanings: readonly Meaning[],
  none: string,
  scheme: Scheme,
): Coloured {
  const counts = tally(codes);
  const ordered = meanings
    .map((each) => ({ ...each, count: counts.get(each.code) ?? 0 }))
    .filter((each) => each.count > 0 && each.code >= 0)
    .sort((a, b) => b.count - a.count || a.code - b.code);
  const entries = ordered.map((each, rank): Entry => ({ ...each, look: lookOf(rank, scheme) }));
  const numbers = new Map(entries.map(({ code }, rank) => [code, 1 + Math.min(rank, LOOKS)]));
  const looks = new Uint8Array(codes.length);
  for (let at = 0; at < codes.length; at++) looks[at] = numbers.get(codes[at]!) ?? NONE;
  const table = [lookOfNone(scheme)];
  for (let rank = 0; rank <= LOOKS; rank++) table.push(lookOf(rank, scheme));
  const known = entries.reduce((sum, each) => sum + each.count, 0);
  if (known < codes.length) {
    entries.push({ code: -1, label: none, count: codes.length - known, look: table[NONE]! });
  }
  return { looks, table, entries, range: null };
}

/** Numbers on a ramp from the lowest to the highest. */
export function byValue(values: Float32Array, none: string, scheme: Scheme): Coloured {
  const [low, high] = rangeOf(values);
  const looks = new Uint8Array(values.length);
  let unknown = 0;
  for (let at = 0; at < values.length; at++) {
    const value = values[at]!;
    if (Number.isNaN(value)) unknown++;
    else looks[at] = 1 + Math.round(((value - low) / (high - low || 1)) * (STEPS - 1));
  }
  const table = [lookOfNone(scheme)];
  for (let step = 0; step < STEPS; step++) {
    table.push({ colour: rampAt(step / (STEPS - 1), scheme), shape: "circle" });
  }
  const look = table[NONE]!;
  const entries = unknown > 0 ? [{ code: -1, label: none, count: unknown, look }] : [];
  return { looks, table, entries, range: unknown < values.length ? [low, high] : null };
}

function rangeOf(values: Float32Array): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low <= high ? [low, high] : [0, 1];
}

function tally(codes: Int32Array): Map<number, number> {
  const counts = new Map<number, number>();
  for (const code of codes) counts.set(code, (counts.get(code) ?? 0) + 1);
  return counts;
}

/** Which points are shown: 0 for those whose entry is switched off, or that lie nowhere. */
export function shownOf(
  codes: Int32Array | Float32Array,
  off: ReadonlySet<number>,
  { x }: Points,
): Uint8Array {
  const shown = Uint8Array.from(x, (place) => (Number.isNaN(place) ? 0 : 1));
  if (off.size === 0) return shown;
  for (let at = 0; at < codes.length; at++) {
    const code = codes[at]!;
    // Of numbers, only the unknown ones can be switched off.
    const entry = codes instanceof Int32Array ? Math.max(code, -1) : Number.isNaN(code) ? -1 : 0;
    if (off.has(entry)) shown[at] = 0;
  }
  return shown;
}

/** The numbers of the shown points as they are drawn, in three layers; each ends at one of `ends`. */
export interface Order {
  order: Uint32Array;
  ends: readonly number[];
}

/**
 * Those without anything at the bottom, chosen ones on top. Within a layer the order is as good as
 * chance: neighbours in the library do not cover all others, and a part of it stands for all.
 */
export function orderOf(looks: Uint8Array, shown: Uint8Array, chosen: Uint8Array): Order {
  const n = looks.length;
  const sizes = [0, 0, 0];
  const layerOf = (at: number) => (chosen[at] ? 2 : looks[at] === NONE ? 0 : 1);
  for (let at = 0; at < n; at++) if (shown[at]) sizes[layerOf(at)]!++;
  const next = [0, sizes[0]!, sizes[0]! + sizes[1]!];
  const order = new Uint32Array(next[2]! + sizes[2]!);
  const step = strideOf(n);
  for (let count = 0, at = 0; count < n; count++, at = (at + step) % n) {
    if (shown[at]) order[next[layerOf(at)]!++] = at;
  }
  return { order, ends: next };
}

/** A step that comes by every number below n once, far from its neighbours. */
function strideOf(n: number): number {
  let step = Math.max(Math.round(n * 0.618), 1);
  while (divisor(step, n) !== 1) step++;
  return step;
}

function divisor(a: number, b: number): number {
  return b === 0 ? a : divisor(b, a % b);
}
