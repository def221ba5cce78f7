/** The counts of a search, as trees to show beside it. */
import type { ConceptCountOut } from "@/api/schema";

export interface Node {
  concept: string;
  label: string;
  count: number;
  children: Node[];
}

export interface Group {
  taxonomy: string;
  facet: string;
  roots: Node[];
}

type Labels = (taxonomy: string, concept: string, label: string) => string;

/** Trees by facet, the most frequent first. label: the word to show for a concept. */
export function groupsOf(counts: readonly ConceptCountOut[], label: Labels): Group[] {
  const groups = new Map<string, Group>();
  const nodes = new Map<string, Node>();
  const keyOf = (taxonomy: string, concept: string) => `${taxonomy}\n${concept}`;
  for (const { taxonomy, concept, count, label: own } of counts) {
    const node = { concept, label: label(taxonomy, concept, own), count, children: [] };
    nodes.set(keyOf(taxonomy, concept), node);
  }
  for (const { taxonomy, facet, concept, parent } of counts) {
    const key = `${taxonomy}\n${facet}`;
    const group = groups.get(key) ?? { taxonomy, facet, roots: [] };
    groups.set(key, group);
    const above = parent === null ? undefined : nodes.get(keyOf(taxonomy, parent));
    (above?.children ?? group.roots).push(nodes.get(keyOf(taxonomy, concept))!);
  }
  for (const node of nodes.values()) node.children.sort(byCount);
  for (const group of groups.values()) group.roots.sort(byCount);
  return [...groups.values()];
}

function byCount(a: Node, b: Node): number {
  return b.count - a.count || a.label.localeCompare(b.label);
}

/**
 * Counts to choose from: those of all that was found, but in facets in which something is chosen
 * those without that choice, so that one can change one's mind.
 */
export function choices(
  found: readonly ConceptCountOut[],
  unchosen: readonly ConceptCountOut[],
  chosen: ReadonlySet<string>,
): ConceptCountOut[] {
  const facetOf = ({ taxonomy, facet }: ConceptCountOut) => `${taxonomy}\n${facet}`;
  const open = new Set(unchosen.filter(({ concept }) => chosen.has(concept)).map(facetOf));
  return [
    ...found.filter((each) => !open.has(facetOf(each))),
    ...unchosen.filter((each) => open.has(facetOf(each))),
  ];
}
