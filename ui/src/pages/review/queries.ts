import { queryOptions } from "@tanstack/react-query";
import { api, told } from "@/api/client";
import { keyOf } from "@/api/queries";
import type { QueueItemOut } from "@/api/schema";
import type { Kind, Order } from "./search";

/** Pictures that look like one, for evidence. */
export function similarQuery(asset: string, taxonomy: string) {
  return queryOptions({
    queryKey: keyOf("similar", asset, taxonomy),
    queryFn: async () =>
      (
        await told(
          api.GET("/api/v1/search/similar", {
            params: { query: { asset, taxonomy, limit: 24 } },
          }),
        )
      ).items,
    staleTime: 60_000,
    // Neighbours of pictures that are long answered are of no more use.
    gcTime: 30_000,
  });
}

export interface Wanted {
  taxonomy: string;
  kind: Kind;
  facet: string;
  concept: string | undefined;
  order: Order | null;
}

/** The next pictures of a queue, kept for the caller. */
export async function nextOf(wanted: Wanted, count: number): Promise<QueueItemOut[]> {
  const { taxonomy, kind, facet, concept, order } = wanted;
  const body = {
    taxonomy,
    kind,
    facet,
    count,
    overlap: 0.05,
    exact: order !== null,
    order: order ?? ("worth" as const),
    ...(concept === undefined ? {} : { concept }),
  };
  return (await told(api.POST("/api/v1/review/next", { body }))).items;
}
