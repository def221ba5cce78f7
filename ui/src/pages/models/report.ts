/** The shapes of a stored report, of a comparison and of the gate's word: plain JSON on the wire. */
import type { Measured } from "@/parts/Figure";

export interface Contract {
  target: number;
  confidence: number;
}

export interface Promise extends Contract {
  /** What p must reach at each level, the most specific first; null: nothing is tagged alone. */
  cutoffs: readonly (number | null)[];
  tagged: number;
  right: number;
  seen: number;
  bound: number;
  /** Reviewed pictures that are lacking in the part that proves; null: out of reach. */
  missing: number | null;
}

export interface ConceptFigures {
  concept: string;
  /** The rest of a parent: concepts with too few pictures, learned together. */
  rest: boolean;
  train: number;
  precision: Measured;
  recall: Measured;
  f1: Measured;
  average_precision?: Measured;
}

export interface Confusion {
  truth: string;
  said: string;
  n: number;
  assets?: readonly string[];
}

export interface Bin {
  low: number;
  high: number;
  said: number;
  was: Measured;
}

export interface Point {
  cutoff: number;
  coverage: number;
  precision: Measured;
}

export interface Choice {
  views: readonly string[];
  solver: string;
  strength: number;
}

export interface FacetReport {
  id: string;
  label: string;
  kind: "one" | "any";
  pictures: number;
  left_out: Record<string, number>;
  n: number;
  splits: Record<"train" | "validation" | "test", number>;
  choice: Choice;
  tried: readonly Choice[];
  learned: number;
  balance: { smallest: number; largest: number };
  refusals: readonly { concept: string; reason: string }[];
  promises: Record<string, Promise>;
  top1?: Measured;
  top3?: Measured;
  mean_average_precision?: Measured;
  macro_f1?: Measured;
  concepts?: readonly ConceptFigures[];
  confusions?: readonly Confusion[];
  reliability?: readonly Bin[];
  ece?: Measured;
  coverage?: Measured;
  coverage_leaf?: Measured;
  precision?: Measured;
  precision_leaf?: Measured;
  curve?: readonly Point[];
  verdicts?: Record<"auto" | "parent" | "review" | "abstain", number>;
}

export interface Report {
  taxonomy: string;
  backbone: string;
  contract: Contract;
  trained_at: string;
  words: Record<string, string>;
  facets: readonly FacetReport[];
  not_learned: readonly string[];
  not_learned_because: Record<string, string>;
}

export type Summary = Partial<
  Record<"top1" | "top3" | "mean_average_precision" | "coverage" | "precision", Measured | null>
>;

export interface PairedFigures {
  n: number;
  gained: number;
  lost: number;
  difference: Measured;
  p: number;
}

export interface OwnFigures {
  right: Measured;
  coverage: Measured;
  precision: Measured;
}

export interface ConceptChange extends PairedFigures {
  concept: string;
  pictures: number;
  new: boolean;
  regressed?: boolean;
}

/** Empty where there was nothing to compare with. */
export interface GateFigures {
  margin: number;
  overall: PairedFigures;
  shared: PairedFigures;
  challenger: OwnFigures;
  champion: OwnFigures;
  coverage_difference: Measured;
  ranking_difference: Measured | null;
  concepts: readonly ConceptChange[];
}

export type Basis =
  "better" | "not worse" | "on trust" | "first" | "worse" | "undecided" | "regression" | "person";

/** What a reason is about, as the server says it beside its own words. */
export interface Code {
  code: string;
  concept: string | null;
  /** The facet's name where there are several. */
  facet: string | null;
}

export interface Gate {
  promote: boolean;
  basis: Basis;
  reasons: readonly string[];
  codes?: readonly Code[];
  facets?: Record<string, Partial<GateFigures>>;
  against?: number;
}

export interface Disagreement {
  truth: string;
  /** null: a concept that was retired since. */
  a: string | null;
  b: string | null;
  n: number;
  assets: readonly string[];
}

export interface FacetComparison {
  id: string;
  label: string;
  kind: "one" | "any";
  n: number;
  promote: boolean;
  basis: Basis;
  reasons: readonly string[];
  codes: readonly Code[];
  figures: Partial<GateFigures>;
  disagreements: readonly Disagreement[];
}

/** The last word of a path "Tops > Shirt". */
export function lastWord(words: Readonly<Record<string, string>>, concept: string): string {
  return (words[concept] ?? concept).split(" > ").at(-1) ?? concept;
}

/** What stands before the last word of a path, or nothing. */
export function aboveOf(words: Readonly<Record<string, string>>, concept: string): string {
  return (words[concept] ?? "").split(" > ").slice(0, -1).join(" › ");
}

/** A figure in which something was counted. */
export interface Known extends Measured {
  value: number;
  low: number;
  high: number;
}

export function isKnown(figure: Measured | null | undefined): figure is Known {
  return (
    figure !== null &&
    figure !== undefined &&
    figure.n > 0 &&
    figure.value !== null &&
    figure.low !== null &&
    figure.high !== null
  );
}
