import { type Scale, scaleOf } from "@/parts/plots/scale";
import { isKnown } from "@/pages/models/report";
import type { CheckReport, ConceptCheck, FacetCheck, Swap } from "../wire";

/** What there is to say first. */
export type State = "no-labels" | "never" | "refused" | "clean" | "waiting";

export function stateOf(report: CheckReport): State {
  if (report.checked_at === null) return "never";
  if (labelsOf(report) === 0) return "no-labels";
  if (report.waiting > 0) return "waiting";
  if (report.facets.length > 0 && report.facets.every(({ refused }) => refused !== null)) {
    return "refused";
  }
  return "clean";
}

export function labelsOf({ facets }: CheckReport): number {
  return facets.reduce((sum, { labels }) => sum + labels, 0);
}

/** Where the most is to do first; then what is estimated worst. */
export function sorted(concepts: readonly ConceptCheck[]): ConceptCheck[] {
  return [...concepts].sort(
    (a, b) => b.waiting - a.waiting || (b.wrong?.value ?? 0) - (a.wrong?.value ?? 0),
  );
}

/** One axis for all concepts of a facet, from nothing to a round share above the highest end. */
export function shareScale(concepts: readonly ConceptCheck[]): Scale {
  const most = Math.max(0.05, ...concepts.map(({ wrong }) => (isKnown(wrong) ? wrong.high : 0)));
  const step = most > 0.5 ? 0.2 : most > 0.2 ? 0.1 : 0.05;
  return scaleOf(0, Math.min(1, Math.ceil(most / step - 1e-9) * step));
}

/** Every swap of some facets, the most frequent first. */
export function swapsOf(facets: readonly FacetCheck[]): (Swap & { facet: string })[] {
  return facets
    .flatMap(({ facet, swaps }) => swaps.map((swap) => ({ ...swap, facet })))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count);
}
