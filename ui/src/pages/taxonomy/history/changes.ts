import type { ConceptOut, TaxonomyOut } from "@/api/schema";

/** One thing that is otherwise in a later version. `told` are the names in its sentence. */
export interface Change {
  what:
    | "added"
    | "gone"
    | "renamed"
    | "translated"
    | "moved"
    | "retired"
    | "replaced"
    | "restored"
    | "words"
    | "facet"
    | "kind";
  told: Readonly<Record<string, string>>;
}

/** What a version changed, whoever made it and however: by edits, a file, or going back. */
export function changesBetween(before: TaxonomyOut, after: TaxonomyOut): Change[] {
  const old = new Map(before.concepts.map((each) => [each.id, each]));
  const now = new Map(after.concepts.map((each) => [each.id, each]));
  const gone = before.concepts.filter((each) => !now.has(each.id));
  return [
    ...facetChanges(before, after),
    ...after.concepts.flatMap((each) => conceptChanges(old.get(each.id), each, old, now)),
    ...gone.map((each) => change("gone", { concept: pathOf(each) })),
  ];
}

function facetChanges(before: TaxonomyOut, after: TaxonomyOut): Change[] {
  const old = new Map(before.facets.map((each) => [each.id, each]));
  return after.facets.flatMap((facet) => {
    const known = old.get(facet.id);
    if (known === undefined) return [change("facet", { facet: facet.label })];
    if (known.kind === facet.kind) return [];
    return [change("kind", { facet: facet.label, kind: facet.kind })];
  });
}

type Known = ReadonlyMap<string, ConceptOut>;

function conceptChanges(
  old: ConceptOut | undefined,
  each: ConceptOut,
  before: Known,
  now: Known,
): Change[] {
  if (old === undefined) return [change("added", { concept: pathOf(each) })];
  const concept = old.label;
  const found: Change[] = [];
  if (old.label !== each.label) found.push(change("renamed", { concept, label: each.label }));
  for (const [language, label] of Object.entries(each.labels)) {
    if (old.labels[language] === label) continue;
    found.push(change("translated", { concept, label, language }));
  }
  if (old.parent !== each.parent) {
    const place = each.parent === null ? each.facet : (now.get(each.parent)?.label ?? each.parent);
    found.push(change("moved", { concept, place }));
  }
  if (!old.deprecated && each.deprecated) {
    const heir = each.replaced_by;
    const name = heir === null ? "" : ((before.get(heir) ?? now.get(heir))?.label ?? heir);
    found.push(change(heir === null ? "retired" : "replaced", { concept, heir: name }));
  }
  if (old.deprecated && !each.deprecated) found.push(change("restored", { concept }));
  // Renaming keeps the old name as a word: that is not told twice.
  if (found.length === 0 && wordsOf(old) !== wordsOf(each)) {
    found.push(change("words", { concept, words: each.alt_labels.map(([, w]) => w).join(", ") }));
  }
  return found;
}

function change(what: Change["what"], told: Change["told"]): Change {
  return { what, told };
}

function pathOf(concept: ConceptOut): string {
  return concept.path.join(" › ");
}

function wordsOf(concept: ConceptOut): string {
  return concept.alt_labels
    .map((word) => word.join(":"))
    .sort()
    .join("\n");
}
