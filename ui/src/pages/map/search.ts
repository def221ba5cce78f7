import { texts } from "@/app/search";

/** What the address of the map says: which map, and how its points are coloured. */
export interface MapSearch {
  map?: string | undefined;
  by?: string | undefined;
  taxonomy?: string | undefined;
  facet?: string | undefined;
}

export function readMap(search: object): MapSearch {
  return texts(search as Record<string, unknown>, "map", "by", "taxonomy", "facet");
}
