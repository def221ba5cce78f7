import { PLACES } from "@/app/places";

export interface KeyLine {
  /** One way: pressed one after the other. */
  keys: readonly string[];
  /** The words for what it does. */
  does: string;
}

export interface KeyGroup {
  name: "everywhere" | "library" | "review";
  lines: readonly KeyLine[];
}

/** What every key does, in the order in which one learns them. */
export const GROUPS: readonly KeyGroup[] = [
  {
    name: "everywhere",
    lines: [
      ...PLACES.map(({ name, key }) => ({ keys: ["g", key], does: `places.${name}` })),
      { keys: ["Esc"], does: "close" },
    ],
  },
  {
    name: "library",
    lines: [
      { keys: ["←", "↑", "↓", "→"], does: "move" },
      { keys: ["Space"], does: "select" },
      { keys: ["Enter"], does: "open" },
      { keys: ["Esc"], does: "leave" },
    ],
  },
  {
    name: "review",
    lines: [
      { keys: ["1", "–", "9"], does: "pick" },
      { keys: ["Enter"], does: "confirm" },
      { keys: ["n"], does: "none" },
      { keys: ["x"], does: "tick" },
      { keys: ["s"], does: "skip" },
      { keys: ["u"], does: "undo" },
      { keys: ["/"], does: "find" },
      { keys: ["?"], does: "sheet" },
    ],
  },
];

/** The words to know, the first first. */
export const TERMS = [
  "taxonomy",
  "concept",
  "tag",
  "label",
  "contract",
  "coverage",
  "champion",
] as const;
