import { PLACES } from "@/app/places";
import { KEYS } from "@/pages/labels/keys";

export interface KeyLine {
  /** One way: pressed one after the other. */
  keys: readonly string[];
  /** The words for what it does. */
  does: string;
}

export interface KeyGroup {
  name: "everywhere" | "library" | "map" | "single" | "grid" | "labels" | "labelsGrid";
  lines: readonly KeyLine[];
}

const own = (group: string, keys: readonly string[], does: string): KeyLine => ({
  keys,
  does: `help:keys.${group}.${does}`,
});

/** The page for reviewing has words for its keys already. */
const review = (keys: readonly string[], does: string): KeyLine => ({
  keys,
  does: `review:help.${does}`,
});

/** So has the label check. */
const labels = ({ keys, does }: (typeof KEYS)[keyof typeof KEYS][number]): KeyLine => ({
  keys,
  does: `labels:keys.${does}`,
});

/** What every key does, in the order in which one learns them. */
export const GROUPS: readonly KeyGroup[] = [
  {
    name: "everywhere",
    lines: [
      ...PLACES.map(({ name, key }) => ({ keys: ["g", key], does: `app:places.${name}` })),
      own("everywhere", ["Esc"], "close"),
    ],
  },
  {
    name: "library",
    lines: [
      own("library", ["←", "↑", "↓", "→"], "move"),
      own("library", ["Shift", "→"], "extend"),
      own("library", ["Space"], "select"),
      own("library", ["Ctrl", "a"], "all"),
      own("library", ["Enter"], "open"),
      own("library", ["Esc"], "leave"),
    ],
  },
  {
    name: "map",
    lines: [
      own("map", ["l"], "lasso"),
      own("map", ["←", "↑", "↓", "→"], "move"),
      own("map", ["+", "-"], "zoom"),
      own("map", ["0"], "all"),
      own("map", ["Esc"], "leave"),
    ],
  },
  {
    name: "single",
    lines: [
      review(["1", "…", "9"], "digits"),
      review(["Enter"], "confirm"),
      review(["x"], "not"),
      review(["n"], "none"),
      review(["s"], "skip"),
      review(["u"], "undo"),
      review(["←", "→"], "arrows"),
      review(["/"], "find"),
      review(["z"], "zoom"),
      review(["p"], "sure"),
      review(["e"], "evidence"),
      review(["v"], "mode"),
    ],
  },
  {
    name: "grid",
    lines: [
      review(["←", "↑", "↓", "→"], "gridArrows"),
      review(["x"], "gridMark"),
      review(["Enter"], "gridConfirm"),
      review(["a"], "gridAll"),
      review(["o"], "gridApart"),
      review(["u"], "undo"),
      review(["[", "]"], "gridNext"),
      review(["v"], "mode"),
      review(["?"], "help"),
    ],
  },
  { name: "labels", lines: KEYS.single.map(labels) },
  { name: "labelsGrid", lines: KEYS.grid.map(labels) },
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
