import { useQuery } from "@tanstack/react-query";
import { api, told } from "@/api/client";
import {
  countsQuery,
  healthQuery,
  jobsQuery,
  keyOf,
  modelsQuery,
  taxonomiesQuery,
} from "@/api/queries";
import { isOpen } from "@/app/jobs";
import type { JobOut, ModelOut } from "@/api/schema";
import { useUploads } from "@/upload";
import { type Readiness, readinessOf } from "./readiness";

/** Jobs that bring pictures in and look at them. */
const READING: readonly string[] = ["import", "embed"];

export interface Begun {
  isLoading: boolean;
  /** Pictures in the library. */
  pictures: number;
  uploading: number;
  reading: JobOut[];
  learning: JobOut[];
  /** The newest job that brought pictures, if it went wrong. */
  failed: JobOut | undefined;
  taxonomy: string | undefined;
  taxonomies: string[];
  readiness: Readiness | undefined;
  champion: ModelOut | undefined;
}

/** How far a workspace is on its first day. chosen: the taxonomy that the person works on. */
export function useStart(chosen: string | null): Begun {
  const uploads = useUploads().totals;
  const uploading = uploads.waiting + uploads.sending;
  const jobs = useQuery(jobsQuery()).data ?? [];
  const reading = jobs.filter((job) => READING.includes(job.kind) && isOpen(job));
  const busy = uploading > 0 || reading.length > 0;
  const counts = useQuery({ ...countsQuery(), refetchInterval: busy ? 2_000 : false });
  const named = useQuery(taxonomiesQuery());
  const taxonomies = (named.data ?? []).map(({ name }) => name);
  const models = useQuery(modelsQuery());
  const champions = models.data?.filter(({ status }) => status === "champion") ?? [];
  const usual = champions.at(0)?.taxonomy ?? taxonomies[0];
  const taxonomy = taxonomies.find((name) => name === chosen) ?? usual;
  const health = useQuery({
    ...healthQuery(taxonomy ?? ""),
    enabled: taxonomy !== undefined,
    refetchInterval: busy ? 4_000 : false,
  });
  const own = jobs.filter((job) => job.subject === taxonomy && isOpen(job));
  const last = jobs.find((job) => job.kind === "import");
  return {
    isLoading: counts.isPending || named.isPending || models.isPending,
    pictures: counts.data?.total ?? 0,
    uploading,
    reading,
    learning: own.filter(({ kind }) => kind === "train" || kind === "tag"),
    failed: last?.status === "failed" ? last : undefined,
    taxonomy,
    taxonomies,
    readiness: health.data && readinessOf(health.data),
    champion: champions.find((model) => model.taxonomy === taxonomy),
  };
}

/** Pictures with a tag of some standing, and how many there are. */
export function useTagged(taxonomy: string, status: "auto" | "suggested" | "confirmed") {
  return useQuery({
    queryKey: keyOf("assets", "start", taxonomy, status),
    queryFn: () =>
      told(
        api.GET("/api/v1/assets", {
          params: { query: { taxonomy, status: [status], limit: 12 } },
        }),
      ),
  });
}

/** How many pictures came in since the last tagging, and carry no tag. */
export function useUndecided({ taxonomy, version }: ModelOut): number {
  const runs = useQuery({
    queryKey: keyOf("runs", "start", "tag"),
    queryFn: () => told(api.GET("/api/v1/runs", { params: { query: { kind: "tag", limit: 50 } } })),
  });
  const last = runs.data?.items.find(
    ({ params, undone }) =>
      !undone && params["taxonomy"] === taxonomy && params["model"] === version,
  );
  const since = last?.finished_at ?? last?.started_at;
  const found = useQuery({
    queryKey: keyOf("assets", "start", taxonomy, "untagged", since),
    enabled: runs.isSuccess,
    queryFn: () =>
      told(
        api.GET("/api/v1/assets", {
          params: {
            query: {
              taxonomy,
              untagged: true,
              limit: 1,
              ...(since ? { added_from: since } : {}),
            },
          },
        }),
      ),
  });
  return found.data?.total ?? 0;
}
