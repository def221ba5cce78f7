/** What pages ask the server, by name. A key begins with the workspace: nothing crosses over. */
import { queryOptions, type QueryKey } from "@tanstack/react-query";
import { api, told, workspaceNow } from "./client";
import type { TaxonomyOut } from "./schema";

export function keyOf(...parts: readonly unknown[]): QueryKey {
  return [workspaceNow(), ...parts];
}

export const setUpQuery = queryOptions({
  queryKey: ["set-up"],
  queryFn: () => told(api.GET("/api/v1/setup")),
  staleTime: 0,
});

export function meQuery() {
  return queryOptions({
    queryKey: keyOf("me"),
    queryFn: () => told(api.GET("/api/v1/me")),
    staleTime: 60_000,
  });
}

/** How many pictures there are, and how many carry each concept. */
export function countsQuery() {
  return queryOptions({
    queryKey: keyOf("assets", "counts"),
    queryFn: () =>
      told(api.GET("/api/v1/assets", { params: { query: { limit: 1, facets: true } } })),
  });
}

export function assetQuery(asset: string) {
  return queryOptions({
    queryKey: keyOf("asset", asset),
    queryFn: () => told(api.GET("/api/v1/assets/{asset}", { params: { path: { asset } } })),
  });
}

export function taxonomiesQuery() {
  return queryOptions({
    queryKey: keyOf("taxonomies"),
    queryFn: async () => (await told(api.GET("/api/v1/taxonomies"))).items,
  });
}

export function taxonomyQuery(taxonomy: string) {
  return queryOptions({
    queryKey: keyOf("taxonomy", taxonomy),
    // The client's own type forgets that an alternative label is a pair.
    queryFn: () =>
      told(
        api.GET("/api/v1/taxonomies/{taxonomy}", { params: { path: { taxonomy } } }),
      ) as Promise<TaxonomyOut>,
    staleTime: 60_000,
  });
}

export function healthQuery(taxonomy: string) {
  return queryOptions({
    queryKey: keyOf("health", taxonomy),
    queryFn: () =>
      told(api.GET("/api/v1/taxonomies/{taxonomy}/health", { params: { path: { taxonomy } } })),
  });
}

export function modelsQuery(taxonomy?: string) {
  return queryOptions({
    queryKey: keyOf("models", taxonomy ?? null),
    queryFn: async () =>
      (await told(api.GET("/api/v1/models", { params: { query: taxonomy ? { taxonomy } : {} } })))
        .items,
  });
}

export function jobsQuery() {
  return queryOptions({
    queryKey: keyOf("jobs"),
    queryFn: async () =>
      (await told(api.GET("/api/v1/jobs", { params: { query: { limit: 50 } } }))).items,
  });
}
