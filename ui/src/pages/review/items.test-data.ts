import type { QueueItemOut, TaxonomyOut } from "@/api/schema";
import { grown, type Tree } from "@/parts/taxonomy";

/** A picture of the queue, taken for `a` (60 %) or `b`. */
export function itemOf(asset: string, own: Partial<QueueItemOut> = {}): QueueItemOut {
  const suggested = (concept: string, p: number) => ({
    facet: "f",
    concept,
    path: [concept],
    p,
    cutoff: null,
    verdict: "review" as const,
  });
  return {
    asset,
    group: asset,
    reason: "unsure",
    why: "",
    given: null,
    proposed: null,
    suggestions: [suggested("a", 0.6), suggested("b", 0.3)],
    verdict: "review",
    reserved_until: "",
    seen: 7,
    ...own,
  };
}

/** A facet `f` of `a` (with `a1` below it), `b` and `c`. */
export function treeOf(): Tree {
  const concept = (id: string, parent: string | null = null) => ({
    id,
    label: id.toUpperCase(),
    facet: "f",
    parent,
    path: [id],
    labels: {},
    alt_labels: [],
    heading: false,
    live: true,
    deprecated: false,
    replaced_by: null,
  });
  const taxonomy: TaxonomyOut = {
    name: "t",
    version: 1,
    language: "en",
    facets: [{ id: "f", label: "F", kind: "one" }],
    concepts: [concept("a"), concept("a1", "a"), concept("b"), concept("c")],
  };
  return grown(taxonomy);
}
