/** What a picture may be, as offered to a person, and the answers that come of what they choose. */
import type { AnswerIn, ConceptOut, QueueItemOut, TaxonomyOut } from "@/api/schema";
import { rootsOf, type Tree } from "@/parts/taxonomy";

export type FacetOut = TaxonomyOut["facets"][number];

/** As many as there are number keys. */
export const MOST = 9;

export interface Option {
  concept: string;
  /** The machine's probability; null where it has none. */
  p: number | null;
  /** It is the label that is in doubt. */
  isGiven: boolean;
}

/** The suggestions of a facet, the likeliest first; without any, all its concepts if they are few. */
export function optionsOf(item: QueueItemOut, tree: Tree, facet: string): Option[] {
  const found = new Map<string, Option>();
  const offer = (concept: string | null, p: number | null) => {
    if (concept === null || found.has(concept)) return;
    const known = tree.byId.get(concept);
    if (!known?.live || known.facet !== facet) return;
    found.set(concept, { concept, p, isGiven: concept === item.given });
  };
  const p = new Map(item.suggestions.map((each) => [each.concept, each.p]));
  for (const doubted of [item.given, item.proposed]) {
    if (doubted !== null) offer(doubted, p.get(doubted) ?? null);
  }
  for (const each of item.suggestions) offer(each.concept, each.p);
  if (found.size === 0) {
    const few = leavesOf(tree, facet);
    if (few.length <= MOST) for (const each of few) offer(each.id, null);
  }
  return [...found.values()].slice(0, MOST);
}

function leavesOf(tree: Tree, facet: string): ConceptOut[] {
  const found: ConceptOut[] = [];
  const walk = (under: string) => {
    for (const concept of tree.children.get(under) ?? []) {
      if (tree.children.has(concept.id)) walk(concept.id);
      else if (concept.live && !concept.heading) found.push(concept);
    }
  };
  walk(rootsOf(facet));
  return found;
}

export type Choice =
  | { kind: "is"; concepts: readonly string[] }
  | { kind: "not"; concept: string }
  | { kind: "none" }
  | { kind: "skip" };

/** The answers to one picture. All of them stand or fall together. */
export function answersOf(item: QueueItemOut, choice: Choice, facet: FacetOut): AnswerIn[] {
  const of = { asset: item.asset, seen: item.seen };
  switch (choice.kind) {
    case "skip":
      return [{ ...of, kind: "skip" }];
    case "none":
      return [{ ...of, kind: "none_of_these", facet: facet.id }];
    case "not":
      return [{ ...of, kind: "reject", concept: choice.concept }];
    case "is":
      return choice.concepts.map((concept) => answerThat(concept, item, facet));
  }
}

/** Where the label in doubt gives way to another, it is said to be wrong in the same breath. */
function answerThat(concept: string, item: QueueItemOut, facet: FacetOut): AnswerIn {
  const of = { asset: item.asset, seen: item.seen, concept };
  const wrong = item.reason === "suspect" && item.given !== concept ? item.given : null;
  if (facet.kind === "one" || wrong === null) return { ...of, kind: "confirm" };
  return { ...of, kind: "correct", instead_of: wrong };
}

/** Whether the machine's first guess was right; null where it made none, or none was asked about. */
export function wasRight(
  item: QueueItemOut,
  choice: Choice,
  facet: string,
  tree?: Tree,
): boolean | null {
  const guess = item.suggestions.find((each) => each.facet === facet)?.concept;
  if (guess === undefined || choice.kind === "skip" || item.reason === "suspect") return null;
  if (choice.kind === "none") return false;
  if (choice.kind === "not") return choice.concept === guess ? false : null;
  return choice.concepts.some((concept) => isWithin(tree, concept, guess));
}

/** Whether a concept is another, or below it. */
function isWithin(tree: Tree | undefined, concept: string, above: string): boolean {
  for (let at: string | null = concept; at !== null; at = tree?.byId.get(at)?.parent ?? null) {
    if (at === above) return true;
  }
  return false;
}
