/** What edits do to a taxonomy, foreseen here so that the tree shows it at once. */
import type { ConceptOut, EditsIn, TaxonomyOut } from "@/api/schema";
import { rootsOf } from "@/parts/taxonomy";
import {
  ancestorsOf,
  conceptOf,
  type Draft,
  drafted,
  isLive,
  isWithin,
  liveChildren,
  Misfit,
  put,
  type Reason,
  settled,
} from "./draft";
import { type Told, toldOf } from "./telling";
import { keyOfWord, tidy } from "./words";

export type Edit = EditsIn["edits"][number];
type Of<Op extends Edit["op"]> = Extract<Edit, { op: Op }>;

/** A change that is not in force yet. */
export interface Pending {
  key: string;
  edit: Edit;
}

export interface Step extends Pending {
  told: Told;
  /** Why it cannot be done; it is left out then. */
  misfit: Reason | null;
}

export interface Foreseen {
  taxonomy: TaxonomyOut;
  steps: readonly Step[];
  /** Rows of the tree (concepts, and facets as `rootsOf`) that are new, changed or elsewhere. */
  touched: ReadonlySet<string>;
}

/** The taxonomy with these edits done one after another; what does not fit is told and left out. */
export function foreseen(taxonomy: TaxonomyOut, pending: readonly Pending[]): Foreseen {
  const draft = drafted(taxonomy);
  const steps: Step[] = [];
  for (const { key, edit } of pending) {
    const told = toldOf(draft, edit);
    steps.push({ key, edit, told, misfit: tried(draft, edit) });
  }
  const after = pending.length === 0 ? taxonomy : settled(taxonomy, draft);
  return { taxonomy: after, steps, touched: differing(taxonomy, after) };
}

/** Why one more edit would not fit, or null where it would. */
export function refused(taxonomy: TaxonomyOut, edit: Edit): Reason | null {
  return tried(drafted(taxonomy), edit);
}

/** All of an edit, or none of it and the reason. */
function tried(draft: Draft, edit: Edit): Reason | null {
  const { facets, concepts } = draft;
  draft.concepts = new Map(concepts);
  try {
    apply(draft, edit);
    return null;
  } catch (error) {
    if (!(error instanceof Misfit)) throw error;
    Object.assign(draft, { facets, concepts });
    return error.reason;
  }
}

function apply(draft: Draft, edit: Edit): void {
  switch (edit.op) {
    case "add":
      return add(draft, edit.facet, edit.label, edit.parent ?? null, edit.id ?? edit.label);
    case "rename":
      return put(draft, renamed(draft, edit));
    case "move":
      return move(draft, edit);
    case "merge":
      return merge(draft, edit.concept, edit.into);
    case "split":
      return split(draft, edit);
    case "deprecate":
      return deprecate(draft, edit);
    case "restore":
      return restore(draft, edit);
    case "set_alt_labels":
      return put(draft, { ...conceptOf(draft, edit.concept), alt_labels: edit.alt_labels });
    case "add_facet":
      return addFacet(draft, edit);
    case "set_facet_kind":
      return setKind(draft, edit);
  }
}

function add(draft: Draft, facet: string, label: string, parent: string | null, id: string): void {
  if (!tidy(label)) throw new Misfit("empty");
  if (!draft.facets.some((each) => each.id === facet)) throw new Misfit("gone");
  if (parent !== null && conceptOf(draft, parent).facet !== facet) throw new Misfit("facet");
  if (draft.concepts.has(id)) throw new Misfit("taken");
  put(draft, {
    ...{ id, label: tidy(label), facet, parent, path: [], labels: {}, alt_labels: [] },
    ...{ heading: false, live: true, deprecated: false, replaced_by: null },
  });
}

function renamed(draft: Draft, { concept: id, label, language }: Of<"rename">): ConceptOut {
  const concept = conceptOf(draft, id);
  const own = language ?? draft.language;
  const word = tidy(label);
  if (!word) throw new Misfit("empty");
  const old = own === draft.language ? concept.label : concept.labels[own];
  const others = concept.alt_labels.filter(([tag, text]) => tag !== own || text !== word);
  const kept = old === undefined || old === word || others.some(isWord(own, old)) ? [] : [old];
  const alt_labels: [string, string][] = [...others, ...kept.map((each) => pair(own, each))];
  return own === draft.language
    ? { ...concept, label: word, alt_labels }
    : { ...concept, labels: { ...concept.labels, [own]: word }, alt_labels };
}

function pair(language: string, word: string): [string, string] {
  return [language, word];
}

function isWord(language: string, word: string): (other: [string, string]) => boolean {
  return ([tag, text]) => tag === language && text === word;
}

function move(draft: Draft, { concept: id, parent }: Of<"move">): void {
  const concept = conceptOf(draft, id);
  if (parent !== null) {
    const goal = conceptOf(draft, parent);
    if (goal.facet !== concept.facet) throw new Misfit("facet");
    if (isWithin(draft, goal, id)) throw new Misfit("below");
  }
  if (concept.parent === parent) throw new Misfit("same");
  draft.concepts.delete(id);
  put(draft, { ...concept, parent });
}

function merge(draft: Draft, source: string, target: string): void {
  const gone = conceptOf(draft, source);
  const heir = conceptOf(draft, target);
  if (source === target) throw new Misfit("same");
  if (gone.facet !== heir.facet) throw new Misfit("facet");
  if (isWithin(draft, heir, source)) throw new Misfit("below");
  if (!isLive(draft, heir)) throw new Misfit("retired");
  const children = liveChildren(draft, source);
  draft.concepts.set(source, { ...gone, deprecated: true, replaced_by: target });
  for (const child of children) {
    const twin = liveChildren(draft, target).find(
      (each) => keyOfWord(each.label) === keyOfWord(child.label),
    );
    if (twin === undefined) put(draft, { ...child, parent: target });
    else merge(draft, child.id, twin.id);
  }
  const now = conceptOf(draft, target);
  draft.concepts.set(target, { ...now, alt_labels: inherited(draft, now, gone) });
}

function inherited(draft: Draft, heir: ConceptOut, gone: ConceptOut): [string, string][] {
  const words = [
    pair(draft.language, gone.label),
    ...Object.entries(gone.labels).map(([language, word]) => pair(language, word)),
    ...gone.alt_labels,
  ];
  const own = new Set([
    [draft.language, heir.label].join(":"),
    ...Object.entries(heir.labels).map((word) => word.join(":")),
    ...heir.alt_labels.map((word) => word.join(":")),
  ]);
  return [...heir.alt_labels, ...words.filter((word) => !own.has(word.join(":")))];
}

function split(draft: Draft, { concept: id, into, keep, ids }: Of<"split">): void {
  const concept = conceptOf(draft, id);
  if (!isLive(draft, concept)) throw new Misfit("retired");
  if (new Set(into.map(keyOfWord).filter(Boolean)).size < 2) throw new Misfit("parts");
  const children = liveChildren(draft, id);
  if (!keep && children.length > 0) throw new Misfit("children");
  if (!keep) draft.concepts.set(id, { ...concept, deprecated: true });
  const known = new Set(children.map((each) => keyOfWord(each.label)));
  for (const [at, label] of into.entries()) {
    if (keep && known.has(keyOfWord(label))) continue;
    add(draft, concept.facet, label, keep ? id : concept.parent, ids?.[at] ?? label);
  }
}

function deprecate(draft: Draft, { concept: id, replaced_by }: Of<"deprecate">): void {
  const concept = conceptOf(draft, id);
  const heir = replaced_by == null ? null : conceptOf(draft, replaced_by);
  if (heir !== null) {
    if (heir.facet !== concept.facet) throw new Misfit("facet");
    if (isWithin(draft, heir, id)) throw new Misfit("below");
    if (!isLive(draft, heir)) throw new Misfit("retired");
  }
  draft.concepts.set(id, { ...concept, deprecated: true, replaced_by: heir?.id ?? null });
}

function restore(draft: Draft, { concept: id }: Of<"restore">): void {
  const concept = conceptOf(draft, id);
  if (ancestorsOf(draft, concept).some((each) => each.deprecated)) throw new Misfit("above");
  put(draft, { ...concept, deprecated: false, replaced_by: null });
}

function addFacet(draft: Draft, { id, label, kind }: Of<"add_facet">): void {
  if (!tidy(label)) throw new Misfit("empty");
  if (draft.facets.some((each) => each.id === id || keyOfWord(each.label) === keyOfWord(label))) {
    throw new Misfit("taken");
  }
  draft.facets = [...draft.facets, { id: id ?? label, label: tidy(label), kind }];
}

function setKind(draft: Draft, { facet, kind }: Of<"set_facet_kind">): void {
  if (!draft.facets.some((each) => each.id === facet)) throw new Misfit("gone");
  draft.facets = draft.facets.map((each) => (each.id === facet ? { ...each, kind } : each));
}

/** Concepts and facets that are not what they were. Order does not count. */
export function differing(before: TaxonomyOut, after: TaxonomyOut): ReadonlySet<string> {
  if (before === after) return new Set();
  const old = new Map(before.concepts.map((each) => [each.id, each]));
  const kinds = new Map(before.facets.map((each) => [each.id, each.kind]));
  const facets = after.facets.filter((each) => kinds.get(each.id) !== each.kind);
  const changed = after.concepts.filter((each) => isOther(old.get(each.id), each));
  return new Set([...facets.map((each) => rootsOf(each.id)), ...changed.map((each) => each.id)]);
}

function isOther(before: ConceptOut | undefined, after: ConceptOut): boolean {
  const what = (each: ConceptOut) =>
    JSON.stringify([each.label, each.labels, each.alt_labels, each.parent, each.deprecated]);
  return before === undefined || what(before) !== what(after);
}
