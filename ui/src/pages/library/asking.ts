/** What the library asks the server. Lists are asked in pages, and their shape as a whole. */
import { queryOptions } from "@tanstack/react-query";
import { api, told } from "@/api/client";
import { keyOf } from "@/api/queries";
import type { AssetOut } from "@/api/schema";
import type { AssetsQuery } from "./query";

/** Pictures a page. */
export const PAGE = 100;
/** The most that the server gives of look-alikes. */
const ALIKE = 200;
/** Pages that were scrolled past are let go of, or a long walk would fill the memory. */
const KEPT = 60_000;

export interface Outline {
  query: AssetsQuery;
  ratios: ArrayLike<number>;
  cursors: readonly (string | null)[];
}

export function outlineQuery(query: AssetsQuery) {
  return queryOptions({
    queryKey: keyOf("assets", "outline", query),
    queryFn: async ({ signal }): Promise<Outline> => {
      const params = { query: { ...query, limit: PAGE } };
      const { ratios, cursors } = await told(api.GET("/api/v1/search/outline", { params, signal }));
      return { query, ratios: Uint16Array.from(ratios), cursors };
    },
    structuralSharing: false,
  });
}

export function pageQuery(query: AssetsQuery, cursor: string | null) {
  return queryOptions({
    queryKey: keyOf("assets", "page", query, cursor),
    queryFn: async ({ signal }) => {
      const params = { query: { ...query, limit: PAGE, ...(cursor ? { cursor } : {}) } };
      return told(api.GET("/api/v1/assets", { params, signal }));
    },
    gcTime: KEPT,
  });
}

/** How many there are of each concept, and of each state. */
export function facetsQuery(query: AssetsQuery) {
  return queryOptions({
    queryKey: keyOf("assets", "facets", query),
    queryFn: async ({ signal }) => {
      const params = { query: { ...query, limit: 1, facets: true } };
      const { facets, states, total } = await told(api.GET("/api/v1/assets", { params, signal }));
      return { total, facets: facets ?? [], states };
    },
  });
}

export interface Alike {
  assets: readonly AssetOut[];
  cosines: ReadonlyMap<string, number>;
}

/** The pictures most like one of the library, or like a file; the concepts asked for hold. */
export function alikeQuery(like: string | File | undefined, query: AssetsQuery, limit = ALIKE) {
  const name = like instanceof File ? [like.name, like.size, like.lastModified] : like;
  const concept = query.concept ?? [];
  return queryOptions({
    queryKey: keyOf("assets", "alike", name, concept, limit),
    queryFn: async ({ signal }): Promise<Alike> => {
      const { items } =
        like instanceof File
          ? await told(
              api.POST("/api/v1/search/similar", {
                params: { query: { concept, limit } },
                headers: { "Content-Type": like.type || "application/octet-stream" },
                // The description calls a picture's bytes a string.
                body: like as unknown as string,
                bodySerializer: (body: unknown) => body as Blob,
                signal,
              }),
            )
          : await told(
              api.GET("/api/v1/search/similar", {
                params: { query: { asset: like ?? "", concept, limit } },
                signal,
              }),
            );
      return {
        assets: items.map(({ asset }) => asset),
        cosines: new Map(items.map(({ asset, cosine }) => [asset.id, cosine])),
      };
    },
    enabled: like !== undefined,
    structuralSharing: false,
  });
}

export function tagsQuery(asset: string) {
  return queryOptions({
    queryKey: keyOf("asset", asset, "tags"),
    queryFn: async () =>
      (await told(api.GET("/api/v1/assets/{asset}/tags", { params: { path: { asset } } }))).items,
  });
}

export function historyQuery(asset: string) {
  return queryOptions({
    queryKey: keyOf("asset", asset, "history"),
    queryFn: () => told(api.GET("/api/v1/assets/{asset}/history", { params: { path: { asset } } })),
  });
}
