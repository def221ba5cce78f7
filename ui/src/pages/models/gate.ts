/** The gate's reasons as words: which sentence, and the numbers in it. */
import type { Measured } from "@/parts/Figure";
import { type Basis, type Gate, type GateFigures, type PairedFigures } from "./report";

const PASSES: readonly Basis[] = ["better", "not worse", "on trust", "first", "person"];

export function passes(basis: Basis): boolean {
  return PASSES.includes(basis);
}

/** A sentence of `models:gate.reason.*`; `raw` where only the server has words for it. */
export type Reason =
  | { say: "overall"; figures: PairedFigures }
  | { say: "concept"; concept: string; gained: number; lost: number; pictures: number }
  | { say: "shared"; figures: PairedFigures }
  | { say: "coverage" | "ranking"; difference: Measured }
  | { say: "promise"; precision: Measured }
  | { say: "people" | "lostFacet" | "newFacet" | "first" }
  | { say: "raw"; text: string };

type Reader = (figures: Partial<GateFigures>) => Reason | undefined;

/** How the server's reasons begin, and where the numbers of each are. */
const KNOWN: readonly (readonly [string, Reader])[] = [
  [
    "worse on the concepts both",
    ({ shared }) => (shared ? { say: "shared", figures: shared } : undefined),
  ],
  [
    "fewer pictures would be tagged",
    (found) =>
      found.coverage_difference && { say: "coverage", difference: found.coverage_difference },
  ],
  [
    "its ranking of pictures is worse",
    (found) =>
      found.ranking_difference
        ? { say: "ranking", difference: found.ranking_difference }
        : undefined,
  ],
  [
    "its promise does not hold",
    ({ challenger }) =>
      challenger ? { say: "promise", precision: challenger.precision } : undefined,
  ],
  ["the policy leaves promoting", () => ({ say: "people" })],
  ["this facet is no longer learned", () => ({ say: "lostFacet" })],
  ["this facet was not learned before", () => ({ say: "newFacet" })],
  ["the first version", () => ({ say: "first" })],
];

/** Reasons whose numbers are those of the whole comparison. */
const OVERALL =
  /^(better by|not worse within|worse:|not shown to be|right at least|right less|[\d,]+ test)/;
const CONCEPT = /^(.+) got worse: /;

function readOne(text: string, figures: Partial<GateFigures>): Reason {
  const known = KNOWN.find(([start]) => text.startsWith(start))?.[1](figures);
  if (known) return known;
  if (OVERALL.test(text) && figures.overall) return { say: "overall", figures: figures.overall };
  const name = CONCEPT.exec(text)?.[1];
  const row = figures.concepts?.find(({ concept }) => concept === name);
  if (row) {
    const { concept, gained, lost, pictures } = row;
    return { say: "concept", concept, gained, lost, pictures };
  }
  return { say: "raw", text };
}

export interface FacetReason {
  /** The facet's name where there are several. */
  facet: string | null;
  reason: Reason;
}

/** What is recorded of a decision, facet by facet. A person's own reason comes as it is. */
export function reasonsOf(gate: Pick<Gate, "basis" | "reasons" | "facets">): FacetReason[] {
  const facets = Object.entries(gate.facets ?? {});
  return gate.reasons.map((text) => {
    if (gate.basis === "person") return { facet: null, reason: { say: "raw", text } };
    const named = facets.find(([label]) => label && text.startsWith(`${label}: `));
    if (named && facets.length > 1) {
      const [label, figures] = named;
      return { facet: label, reason: readOne(text.slice(label.length + 2), figures) };
    }
    return { facet: null, reason: readOne(text, facets[0]?.[1] ?? {}) };
  });
}

export interface Change {
  version: number;
  outcome: "promoted" | "kept" | "rolled-back";
}

/** The line of champions, the newest last, from what was decided, oldest first. */
export function lineOf(changes: readonly Change[], undone: ReadonlySet<number>): number[] {
  let line: number[] = [];
  for (const { version, outcome } of changes) {
    if (outcome === "kept") continue;
    line =
      outcome === "rolled-back" && line.includes(version)
        ? line.slice(0, line.indexOf(version) + 1)
        : [...line.filter((each) => each !== version), version];
  }
  return line.filter((each) => !undone.has(each));
}
