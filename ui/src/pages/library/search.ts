import { texts } from "@/app/search";

/** What the address of the library says: which pictures, in which order, which one is open. */
export interface LibrarySearch {
  /** As typed into the search bar: concepts, words, `p>0.8`, `added:2026-11-01`, `is:suggested`. */
  q?: string | undefined;
  sort?: string | undefined;
  /** The picture that is open in the detail pane. */
  asset?: string | undefined;
  /** Show the pictures that look like this one. */
  like?: string | undefined;
}

const NAMES = ["q", "sort", "asset", "like"] as const;

export function readLibrary(search: object): LibrarySearch {
  return texts(search as Record<string, unknown>, ...NAMES);
}
