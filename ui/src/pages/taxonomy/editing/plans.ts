/** Edits as they are put on the list of what is planned. */
import type { ConceptOut, TaxonomyOut } from "@/api/schema";
import type { Edit, Pending } from "./edits";
import { newId, tidy } from "./words";

/** The edits that add these labels at one place, each with an id that is free. */
export function additions(
  taxonomy: TaxonomyOut,
  facet: string,
  parent: string | null,
  labels: readonly string[],
): Edit[] {
  const taken = new Set(taxonomy.concepts.map((each) => each.id));
  return labels.map((label) => {
    const id = newId(taken, parent, label);
    taken.add(id);
    return { op: "add", facet, label: tidy(label), parent, id };
  });
}

export function splitInto(
  taxonomy: TaxonomyOut,
  concept: ConceptOut,
  into: readonly string[],
  keep: boolean,
): Edit {
  const parent = keep ? concept.id : concept.parent;
  const parts = additions(taxonomy, concept.facet, parent, into);
  const ids = parts.map((each) => (each.op === "add" ? each.id! : ""));
  return { op: "split", concept: concept.id, into: into.map(tidy), keep, ids };
}

export function facetAdded(taxonomy: TaxonomyOut, label: string, kind: "one" | "any"): Edit {
  const taken = new Set(taxonomy.facets.map((each) => each.id));
  return { op: "add_facet", label: tidy(label), kind, id: newId(taken, null, label) };
}

/**
 * The list with one more edit. What was just said of the same thing again is said once:
 * names, words and places are given whole, so that the last one counts.
 */
export function joined(pending: readonly Pending[], next: Pending): readonly Pending[] {
  const last = pending.at(-1);
  if (last === undefined || !isSameThing(last.edit, next.edit)) return [...pending, next];
  return [...pending.slice(0, -1), next];
}

function isSameThing(one: Edit, other: Edit): boolean {
  switch (other.op) {
    case "rename":
      return (
        one.op === "rename" && one.concept === other.concept && one.language === other.language
      );
    case "move":
      return one.op === "move" && one.concept === other.concept;
    case "set_alt_labels":
      return one.op === "set_alt_labels" && one.concept === other.concept;
    case "set_facet_kind":
      return one.op === "set_facet_kind" && one.facet === other.facet;
    default:
      return false;
  }
}
