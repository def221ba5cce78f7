import { texts } from "@/app/search";

/** What the address of the review says: which queue, and how it is shown. */
export interface ReviewSearch {
  taxonomy?: string;
  facet?: string;
  concept?: string;
  kind?: string;
  mode?: "grid" | "single";
}

export function readReview(search: Record<string, unknown>): ReviewSearch {
  const { mode, ...found } = texts(search, "taxonomy", "facet", "concept", "kind", "mode");
  return mode === "grid" || mode === "single" ? { ...found, mode } : found;
}
