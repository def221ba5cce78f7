/** The gate's reasons as words: which sentence, and the numbers in it. */
import type { Measured } from "@/parts/Figure";
import { type Basis, type Gate, type GateFigures, type PairedFigures } from "./report";

const PASSES: readonly Basis[] = ["better", "not worse", "on trust", "first", "person"];

export function passes(basis: Basis): boolean {
  return PASSES.includes(basis);
}

/** A sentence of `gate:reason`; `raw` where only the server has words for it. */
export type Reason =
  | { say: "overall"; figures: PairedFigures }
  | { say: "concept"; concept: string; gained: number; lost: number; pictures: number }
  | { say: "shared"; figures: PairedFigures }
  | { say: "coverage" | "ranking"; difference: Measured }
  | { say: "promise"; precision: Measured }
  | { say: "people" | "lostFacet" | "newFacet" | "filesLost" | "first" }
  | { say: "raw"; text: string };

export interface FacetReason {
  facet: string | null;
  reason: Reason;
}

type Figures = Partial<GateFigures>;
type Reader = (figures: Figures, concept: string | null) => Reason | false | null | undefined;

/** Where the numbers of each reason are. */
const READERS: Readonly<Record<string, Reader>> = {
  overall: ({ overall }) => overall && { say: "overall", figures: overall },
  shared: ({ shared }) => shared && { say: "shared", figures: shared },
  coverage: ({ coverage_difference: difference }) => difference && { say: "coverage", difference },
  ranking: ({ ranking_difference: difference }) => difference && { say: "ranking", difference },
  promise: ({ challenger }) => challenger && { say: "promise", precision: challenger.precision },
  concept: ({ concepts }, named) => {
    const row = concepts?.find(({ concept }) => concept === named);
    if (row === undefined) return undefined;
    const { concept, gained, lost, pictures } = row;
    return { say: "concept", concept, gained, lost, pictures };
  },
  policy: () => ({ say: "people" }),
  first: () => ({ say: "first" }),
  "facet-lost": () => ({ say: "lostFacet" }),
  "facet-new": () => ({ say: "newFacet" }),
  "files-lost": () => ({ say: "filesLost" }),
};

/** What is recorded of a decision, facet by facet; what has no code comes in the words it has. */
export function reasonsOf(gate: Pick<Gate, "reasons" | "codes" | "facets">): FacetReason[] {
  const facets = gate.facets ?? {};
  return gate.reasons.map((text, at) => {
    const { code = "", concept = null, facet = null } = gate.codes?.[at] ?? {};
    const figures = facet === null ? Object.values(facets)[0] : facets[facet];
    const reason = READERS[code]?.(figures ?? {}, concept);
    return reason ? { facet, reason } : { facet: null, reason: { say: "raw", text } };
  });
}

/** Of `gate:basis`. */
export function basisKey(basis: Basis) {
  return basis === "not worse" ? "notWorse" : basis === "on trust" ? "onTrust" : basis;
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
