/** The keys of the page, in the order in which one learns them; each with its words' name. */
export const KEYS = {
  single: [
    { keys: ["1", "k"], does: "keep" },
    { keys: ["2", "c", "Enter"], does: "correct" },
    { keys: ["d"], does: "discard" },
    { keys: ["/"], does: "find" },
    { keys: ["u"], does: "undo" },
    { keys: ["←", "→"], does: "arrows" },
    { keys: ["z"], does: "zoom" },
    { keys: ["p"], does: "sure" },
    { keys: ["e"], does: "evidence" },
    { keys: ["v"], does: "mode" },
    { keys: ["?"], does: "help" },
  ],
  grid: [
    { keys: ["←", "↑", "↓", "→"], does: "gridArrows" },
    { keys: ["k", "x", "Space"], does: "gridKeep" },
    { keys: ["c", "Enter"], does: "gridCorrect" },
    { keys: ["a"], does: "gridAll" },
    { keys: ["u"], does: "undo" },
    { keys: ["[", "]"], does: "gridNext" },
    { keys: ["p"], does: "sure" },
    { keys: ["v"], does: "mode" },
    { keys: ["?"], does: "help" },
  ],
} as const;
