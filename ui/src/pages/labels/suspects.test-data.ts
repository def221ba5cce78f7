import type { CheckReport, FacetCheck, Suspect } from "./wire";

/** A picture labelled `a` that looks like `b`. */
export function suspectOf(asset: string, own: Partial<Suspect> = {}): Suspect {
  return {
    asset,
    facet: "f",
    given: "a",
    proposed: "b",
    score: 0.1,
    found_at: "",
    reason: "unlikely",
    p_given: 0.1,
    p_proposed: 0.8,
    neighbours: [],
    ...own,
  };
}

export function facetOf(own: Partial<FacetCheck> = {}): FacetCheck {
  return {
    facet: "f",
    label: "F",
    kind: "one",
    labels: 10,
    suspects: 0,
    waiting: 0,
    refused: null,
    wrong: null,
    concepts: [],
    swaps: [],
    ...own,
  };
}

export function reportOf(own: Partial<CheckReport> = {}): CheckReport {
  return { checked_at: "2026-01-01T00:00", run: "r", waiting: 0, facets: [facetOf()], ...own };
}
