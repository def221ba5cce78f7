import { queryOptions, type QueryClient } from "@tanstack/react-query";
import { api, told } from "@/api/client";
import { keyOf } from "@/api/queries";
import type { EditsIn, TaxonomyOut } from "@/api/schema";

/** How many pictures a person or an import has labelled with a taxonomy. */
export function labelledQuery(taxonomy: string) {
  return queryOptions({
    queryKey: keyOf("assets", "labelled", taxonomy),
    queryFn: async () => {
      const query = { taxonomy, status: ["confirmed" as const], limit: 1 };
      return (await told(api.GET("/api/v1/assets", { params: { query } }))).total;
    },
  });
}

type Status = "auto" | "confirmed";
const STAND: Status[] = ["auto", "confirmed"];

/** The first pictures that carry a concept, the surest first. */
export function picturesQuery(taxonomy: string, concept: string, limit: number, status?: Status) {
  return queryOptions({
    queryKey: keyOf("assets", "of", taxonomy, concept, limit, status ?? null),
    queryFn: () => {
      const query = { taxonomy, concept: [concept], limit, status: status ? [status] : STAND };
      return told(api.GET("/api/v1/assets", { params: { query } }));
    },
    staleTime: 30_000,
  });
}

/** What edits would do to the pictures of the workspace. */
export function impactQuery(taxonomy: string, version: number, edits: EditsIn["edits"]) {
  return queryOptions({
    queryKey: keyOf("impact", taxonomy, version, edits),
    queryFn: () =>
      told(
        api.POST("/api/v1/taxonomies/{taxonomy}/edits/preview", {
          params: { path: { taxonomy } },
          body: { edits },
        }),
      ),
    gcTime: 0,
    retry: false,
  });
}

export function vocabularyQuery(taxonomy: string) {
  return queryOptions({
    queryKey: keyOf("vocabulary", taxonomy),
    queryFn: () => {
      const params = { path: { taxonomy } };
      return told(api.GET("/api/v1/taxonomies/{taxonomy}/vocabulary", { params }));
    },
  });
}

export function versionsQuery(taxonomy: string) {
  return queryOptions({
    queryKey: keyOf("taxonomy", taxonomy, "versions"),
    queryFn: async () => {
      const params = { path: { taxonomy } };
      return (await told(api.GET("/api/v1/taxonomies/{taxonomy}/versions", { params }))).items;
    },
  });
}

/** A version never changes once it is there. */
export function versionQuery(taxonomy: string, version: number) {
  return queryOptions({
    queryKey: keyOf("taxonomy-version", taxonomy, version),
    queryFn: () => {
      const params = { path: { taxonomy }, query: { version } };
      return told(api.GET("/api/v1/taxonomies/{taxonomy}", { params })) as Promise<TaxonomyOut>;
    },
    staleTime: Infinity,
  });
}

export function editRunsQuery() {
  return queryOptions({
    queryKey: keyOf("runs", "edit"),
    queryFn: async () => {
      const query = { kind: "edit", limit: 200 };
      return (await told(api.GET("/api/v1/runs", { params: { query } }))).items;
    },
  });
}

const CHANGED = ["taxonomies", "taxonomy", "vocabulary", "health", "assets", "runs", "models"];

/** After another version is in force: everything that reads by it. */
export async function changed(client: QueryClient): Promise<void> {
  await Promise.all(CHANGED.map((part) => client.invalidateQueries({ queryKey: keyOf(part) })));
}

export function undone(run: string) {
  return told(api.POST("/api/v1/runs/{run}/undo", { params: { path: { run } } }));
}
