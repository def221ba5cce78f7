import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, told } from "@/api/client";
import { jobsQuery } from "@/api/queries";
import type { JobOut } from "@/api/schema";
import { isOpen, merged } from "@/app/jobs";
import { sayFailed } from "@/parts/notes";

/** What a job is asked to do. */
export type Wanted =
  | { kind: "clean" }
  | { kind: "alpha"; budget_seconds: number }
  | { kind: "train"; leave_out: true };

/** Ask for a job of this page. */
export function useAsk(taxonomy: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (wanted: Wanted) =>
      told(api.POST("/api/v1/jobs", { body: { taxonomy, ...wanted } })),
    onSuccess: (job) =>
      client.setQueryData(jobsQuery().queryKey, (known) => merged(known ?? [], job)),
    onError: sayFailed,
  });
}

interface Latest {
  running: JobOut | undefined;
  /** The newest one went wrong. */
  failed: JobOut | undefined;
}

export function useLatest(kind: string, taxonomy: string): Latest {
  const jobs = useQuery(jobsQuery()).data ?? [];
  const own = jobs.filter((job) => job.kind === kind && job.subject === taxonomy);
  const newest = own[0];
  return {
    running: own.find(isOpen),
    failed: newest?.status === "failed" ? newest : undefined,
  };
}
