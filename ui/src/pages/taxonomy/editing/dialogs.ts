/** Which question is open, and about what. */
export type Question =
  | { ask: "add"; facet: string; beside: string | null; below: string | null }
  | { ask: "move" | "merge" | "split" | "retire"; concept: string }
  | { ask: "facet" };

export type Ask = (question: Question | null) => void;
