/** What the search bar offers while one types. */
import { matching, pathOf, wordOf } from "@/parts/taxonomy";
import { parsed, STATES, written } from "./query";
import type { Trees } from "./trees";

export interface Offer {
  /** What is added to the search. */
  text: string;
  kind: "concept" | "hint" | "text";
  label: string;
  about: string;
}

const MOST = 8;
/** Beginnings that are offered; what follows is up to who types. */
const OPEN = ["p>0.8", "p<0.5", "added:", "taken:", "source:", "format:jpeg"];

/** Concepts by their words in any language, then what else begins so, then the words as they are. */
export function offers(trees: Trees, typed: string): Offer[] {
  const wanted = typed.trim();
  if (!wanted) return hints("");
  const isRead = parsed(wanted).every(({ kind }) => kind !== "word");
  if (isRead) return [{ text: wanted, kind: "text", label: wanted, about: "" }];
  const concepts = [...trees.values()].flatMap((tree) =>
    matching(tree, wanted, MOST).map((concept): Offer => ({
      text: written("concept", concept.id),
      kind: "concept",
      label: wordOf(concept),
      about:
        trees.size > 1 ? `${tree.taxonomy.name} › ${pathOf(tree, concept)}` : pathOf(tree, concept),
    })),
  );
  const words: Offer = { text: wanted, kind: "text", label: wanted, about: "" };
  return [...concepts.slice(0, MOST), words, ...hints(wanted)];
}

function hints(wanted: string): Offer[] {
  const texts = [...STATES.map((state) => `is:${state}`), ...OPEN];
  return texts
    .filter((text) => text.startsWith(wanted.toLowerCase()))
    .map((text) => ({ text, kind: "hint", label: text, about: text.replace(/[^a-z].*$/i, "") }));
}

/** An offer that is only a beginning is put into the field, not into the search. */
export function isOpen({ kind, text }: Offer): boolean {
  return kind === "hint" && text.endsWith(":");
}
