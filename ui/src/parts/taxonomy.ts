import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import i18next from "i18next";
import { taxonomyQuery } from "@/api/queries";
import type { ConceptOut, TaxonomyOut } from "@/api/schema";

/** A taxonomy with its concepts by id and by parent. */
export interface Tree {
  taxonomy: TaxonomyOut;
  byId: ReadonlyMap<string, ConceptOut>;
  /** Children of a concept, in order; roots of facet F are under `facet:F`. */
  children: ReadonlyMap<string, readonly ConceptOut[]>;
}

export function rootsOf(facet: string): string {
  return `facet:${facet}`;
}

export function grown(taxonomy: TaxonomyOut): Tree {
  const byId = new Map(taxonomy.concepts.map((concept) => [concept.id, concept]));
  const children = new Map<string, ConceptOut[]>();
  for (const concept of taxonomy.concepts) {
    const under = concept.parent ?? rootsOf(concept.facet);
    children.set(under, [...(children.get(under) ?? []), concept]);
  }
  return { taxonomy, byId, children };
}

export function useTree(name: string | undefined): Tree | undefined {
  const { data } = useQuery({ ...taxonomyQuery(name ?? ""), enabled: name !== undefined });
  return useMemo(() => (data === undefined ? undefined : grown(data)), [data]);
}

/** The concept's word in the language that is shown, else in the taxonomy's own. */
export function wordOf(concept: ConceptOut): string {
  return concept.labels[i18next.language] ?? concept.label;
}

/** The word of a concept by its id. */
export function wordIn(tree: Tree, concept: string): string {
  const known = tree.byId.get(concept);
  return known === undefined ? concept : wordOf(known);
}

/** "Footwear > Shoe > Boot". */
export function pathOf(tree: Tree, concept: ConceptOut): string {
  const words: string[] = [];
  for (let at: ConceptOut | undefined = concept; at !== undefined;) {
    words.unshift(wordOf(at));
    at = at.parent === null ? undefined : tree.byId.get(at.parent);
  }
  return words.join(" › ");
}

/** Concepts whose words begin with, or hold, what is typed; the best first. Headings are none. */
export function matching(tree: Tree, typed: string, most = 12): ConceptOut[] {
  const wanted = plain(typed);
  const usable = tree.taxonomy.concepts.filter(({ live, heading }) => live && !heading);
  if (!wanted) return usable.slice(0, most);
  return usable
    .map((concept) => ({ concept, rank: rank(concept, wanted) }))
    .filter(({ rank: found }) => found < WORST)
    .sort((a, b) => a.rank - b.rank)
    .slice(0, most)
    .map(({ concept }) => concept);
}

const WORST = 3;

function rank(concept: ConceptOut, wanted: string): number {
  const words = [
    concept.label,
    ...Object.values(concept.labels),
    ...concept.alt_labels.map(([, word]) => String(word)),
  ].map(plain);
  if (words.includes(wanted)) return 0;
  if (words.some((word) => word.startsWith(wanted))) return 1;
  return words.some((word) => word.includes(wanted)) ? 2 : WORST;
}

/** Without case and accents. */
function plain(text: string): string {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").trim().toLocaleLowerCase();
}
