import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, told } from "@/api/client";
import { jobsQuery } from "@/api/queries";
import type { JobOut } from "@/api/schema";
import { merged } from "@/app/jobs";
import { sayFailed } from "@/parts/notes";

/** Stop a job, let it end with what it has, or put it in the queue again; it shows at once. */
export function useAct(job: JobOut, act: "cancel" | "finish" | "retry") {
  const client = useQueryClient();
  const params = { path: { job: job.id } };
  return useMutation({
    mutationFn: () => told(api.POST(`/api/v1/jobs/{job}/${act}`, { params })),
    onSuccess: (now) =>
      client.setQueryData<JobOut[]>(jobsQuery().queryKey, (known) => merged(known ?? [], now)),
    onError: sayFailed,
  });
}
