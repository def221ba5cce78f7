import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, told } from "@/api/client";
import { jobsQuery } from "@/api/queries";
import type { JobOut, TagIn, TrainIn } from "@/api/schema";
import { merged } from "@/app/jobs";
import { sayFailed } from "@/parts/notes";

/** Ask for a job; it shows at once, before the server tells of it again. */
export function useMakeJob(body: TrainIn | TagIn) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => told(api.POST("/api/v1/jobs", { body })),
    onSuccess: (job) =>
      client.setQueryData<JobOut[]>(jobsQuery().queryKey, (known) => merged(known ?? [], job)),
    onError: sayFailed,
  });
}
