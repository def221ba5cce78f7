/** What the pages about models ask the server. */
import { queryOptions } from "@tanstack/react-query";
import { api, told } from "@/api/client";
import { keyOf } from "@/api/queries";
import type { FacetComparison, Report } from "./report";

export function reportQuery(taxonomy: string, version: number) {
  return queryOptions({
    queryKey: keyOf("models", taxonomy, version, "report"),
    queryFn: async () =>
      (await told(
        api.GET("/api/v1/taxonomies/{taxonomy}/models/{version}/report", {
          params: { path: { taxonomy, version } },
        }),
      )) as unknown as Report,
    // A report is written once.
    staleTime: Infinity,
  });
}

export function modelTagsQuery(taxonomy: string, version: number) {
  return queryOptions({
    queryKey: keyOf("models", taxonomy, version, "tags"),
    queryFn: () =>
      told(
        api.GET("/api/v1/taxonomies/{taxonomy}/models/{version}/tags", {
          params: { path: { taxonomy, version } },
        }),
      ),
  });
}

export function promotionsQuery(taxonomy: string) {
  return queryOptions({
    queryKey: keyOf("promotions", taxonomy),
    queryFn: async () =>
      (
        await told(
          api.GET("/api/v1/taxonomies/{taxonomy}/promotions", {
            params: { path: { taxonomy }, query: { limit: 200 } },
          }),
        )
      ).items,
  });
}

export function policyQuery(taxonomy: string) {
  return queryOptions({
    queryKey: keyOf("policy", taxonomy),
    queryFn: () =>
      told(api.GET("/api/v1/taxonomies/{taxonomy}/policy", { params: { path: { taxonomy } } })),
  });
}

export function waysQuery(taxonomy: string) {
  return queryOptions({
    // Below the models: another champion has other ways in force.
    queryKey: keyOf("models", taxonomy, "ways"),
    queryFn: () =>
      told(api.GET("/api/v1/taxonomies/{taxonomy}/ways", { params: { path: { taxonomy } } })),
  });
}

export function promiseQuery(taxonomy: string) {
  return queryOptions({
    queryKey: keyOf("review", "promise", taxonomy),
    queryFn: () => told(api.GET("/api/v1/review/promise", { params: { query: { taxonomy } } })),
  });
}

export function agreementQuery(taxonomy: string) {
  return queryOptions({
    queryKey: keyOf("review", "agreement", taxonomy),
    queryFn: async () =>
      (await told(api.GET("/api/v1/review/agreement", { params: { query: { taxonomy } } }))).facets,
  });
}

export interface Comparison {
  taxonomy: string;
  a: number;
  b: number;
  words: Record<string, string>;
  facets: readonly FacetComparison[];
}

export function comparisonQuery(taxonomy: string, a: number, b: number) {
  return queryOptions({
    queryKey: keyOf("models", taxonomy, "compare", a, b),
    queryFn: async () =>
      (await told(
        api.GET("/api/v1/taxonomies/{taxonomy}/compare", {
          params: { path: { taxonomy }, query: { a, b } },
        }),
      )) as unknown as Comparison,
  });
}

/** How many pictures nobody has labelled: what there is left for the machine. */
export function unlabelledQuery() {
  return queryOptions({
    queryKey: keyOf("assets", "unlabelled"),
    queryFn: async () =>
      (await told(api.GET("/api/v1/assets", { params: { query: { unlabelled: true, limit: 1 } } })))
        .total,
  });
}
