import type { Draft } from "./draft";
import type { Edit } from "./edits";

/** The names an edit is told with, as they were before it. */
export type Told = Readonly<Record<string, string>>;

/** What to call things in "A moves below B": the names of now, which the edit may change. */
export function toldOf(draft: Draft, edit: Edit): Told {
  const name = (id: string | null | undefined) =>
    id == null ? "" : (draft.concepts.get(id)?.label ?? id);
  const facet = (id: string) => draft.facets.find((each) => each.id === id)?.label ?? id;
  switch (edit.op) {
    case "add":
      return { label: edit.label, place: edit.parent ? name(edit.parent) : facet(edit.facet) };
    case "rename":
      return { concept: name(edit.concept), label: edit.label, language: edit.language ?? "" };
    case "move": {
      const own = draft.concepts.get(edit.concept)?.facet ?? "";
      return { concept: name(edit.concept), place: edit.parent ? name(edit.parent) : facet(own) };
    }
    case "merge":
      return { concept: name(edit.concept), into: name(edit.into) };
    case "split":
      return { concept: name(edit.concept), into: edit.into.join(", ") };
    case "deprecate":
      return { concept: name(edit.concept), heir: name(edit.replaced_by) };
    case "restore":
      return { concept: name(edit.concept) };
    case "set_alt_labels":
      return { concept: name(edit.concept), words: edit.alt_labels.map(([, w]) => w).join(", ") };
    case "add_facet":
      return { label: edit.label };
    case "set_facet_kind":
      return { facet: facet(edit.facet), kind: edit.kind };
  }
}
