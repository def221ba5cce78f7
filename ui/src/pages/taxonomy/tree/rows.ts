import type { ConceptOut, TaxonomyOut } from "@/api/schema";
import { rootsOf, type Tree, wordOf } from "@/parts/taxonomy";

type FacetOut = TaxonomyOut["facets"][number];

/** One line of the tree as it is shown. `id` of a facet is `rootsOf` it. */
export interface Row {
  id: string;
  facet: FacetOut;
  /** null: the line is the facet itself. */
  concept: ConceptOut | null;
  /** 1 for a facet. */
  level: number;
  /** Place among its siblings, from 1. */
  place: number;
  siblings: number;
  /** null: there is nothing below it. */
  open: boolean | null;
  /** It answers to what was typed; its ancestors are only there for the way. */
  found: boolean;
}

export interface Shown {
  /** What is closed by hand; everything else is open. */
  closed: ReadonlySet<string>;
  typed: string;
  retired: boolean;
  /** Shown even if retired. */
  touched: ReadonlySet<string>;
}

/** The lines to show, from the top down. */
export function rowsOf(tree: Tree, shown: Shown): Row[] {
  const wanted = plain(shown.typed);
  const hits = wanted ? foundIn(tree, wanted) : null;
  const way = hits && withAncestors(tree, hits);
  const visible = (concept: ConceptOut) =>
    way !== null
      ? way.has(concept.id)
      : concept.live || shown.retired || shown.touched.has(concept.id);
  const rows: Row[] = [];
  const { facets } = tree.taxonomy;
  const walk = (place: string, facet: FacetOut, level: number) => {
    const siblings = (tree.children.get(place) ?? []).filter(visible);
    for (const [at, concept] of siblings.entries()) {
      const under = (tree.children.get(concept.id) ?? []).some(visible);
      const open = under ? way !== null || !shown.closed.has(concept.id) : null;
      const found = hits?.has(concept.id) ?? false;
      const [id, count] = [concept.id, siblings.length];
      rows.push({ id, facet, concept, level, place: at + 1, siblings: count, open, found });
      if (open) walk(concept.id, facet, level + 1);
    }
  };
  for (const [at, facet] of facets.entries()) {
    const id = rootsOf(facet.id);
    const under = (tree.children.get(id) ?? []).some(visible);
    if (way !== null && !under) continue;
    const open = under ? way !== null || !shown.closed.has(id) : null;
    const place = { level: 1, place: at + 1, siblings: facets.length };
    rows.push({ id, facet, concept: null, ...place, open, found: false });
    if (open) walk(id, facet, 2);
  }
  return rows;
}

/** Concepts one of whose words, in any language, holds what is typed. */
function foundIn(tree: Tree, wanted: string): Set<string> {
  const words = (each: ConceptOut) => [
    each.label,
    ...Object.values(each.labels),
    ...each.alt_labels.map(([, word]) => word),
  ];
  const hits = tree.taxonomy.concepts.filter((each) =>
    words(each).some((word) => plain(word).includes(wanted)),
  );
  return new Set(hits.map((each) => each.id));
}

function withAncestors(tree: Tree, ids: ReadonlySet<string>): Set<string> {
  const found = new Set(ids);
  for (const id of ids) {
    let at = tree.byId.get(id)?.parent ?? null;
    while (at !== null && !found.has(at)) {
      found.add(at);
      at = tree.byId.get(at)?.parent ?? null;
    }
  }
  return found;
}

export function plain(text: string): string {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").trim().toLocaleLowerCase();
}

/** Where a large taxonomy begins: everything below the first concepts is closed. */
export function closedAtFirst(tree: Tree, most = 150): Set<string> {
  if (tree.taxonomy.concepts.length <= most) return new Set();
  const inner = tree.taxonomy.concepts.filter((each) => tree.children.has(each.id));
  return new Set(inner.map((each) => each.id));
}

/** All that must be open for a concept to be seen. */
export function opened(tree: Tree, closed: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const concept = tree.byId.get(id);
  if (concept === undefined) return closed;
  const left = new Set(closed);
  left.delete(rootsOf(concept.facet));
  for (let at = concept.parent; at !== null; at = tree.byId.get(at)?.parent ?? null) {
    left.delete(at);
  }
  return left.size === closed.size ? closed : left;
}

export function nameOf(row: Row): string {
  return row.concept === null ? row.facet.label : wordOf(row.concept);
}
