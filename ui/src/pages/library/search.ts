import { texts } from "@/app/search";

/** What the address of the library says: which pictures, in which order, which one is open. */
export interface LibrarySearch {
  /** As typed into the search bar: concepts, words, `p>0.8`, `added:2026-11-01`, `is:suggested`. */
  q?: string;
  sort?: string;
  /** The picture that is open in the detail pane. */
  asset?: string;
  /** Show the pictures that look like this one. */
  like?: string;
}

export function readLibrary(search: Record<string, unknown>): LibrarySearch {
  return texts(search, "q", "sort", "asset", "like");
}
