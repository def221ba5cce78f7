import { Alert, Paper, Progress, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, told } from "@/api/client";
import { jobsQuery } from "@/api/queries";
import type { JobOut, MapIn } from "@/api/schema";
import { isOpen, merged } from "@/app/jobs";
import { sayFailed } from "@/parts/notes";
import { percent, span } from "@/parts/numbers";

/** How a map is drawn unless somebody wants it otherwise. */
export const USUAL: MapIn = { kind: "map", view: "semantic", method: "tsne" };

/** Ask for a new map, or for new pictures on one. */
export function useDraw() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: MapIn) => told(api.POST("/api/v1/jobs", { body })),
    onSuccess: (job) =>
      client.setQueryData<JobOut[]>(jobsQuery().queryKey, (known) => merged(known ?? [], job)),
    onError: sayFailed,
  });
}

function useMapJobs(): JobOut[] {
  return (useQuery(jobsQuery()).data ?? []).filter(({ kind }) => kind === "map");
}

export function useIsDrawing(): boolean {
  return useMapJobs().some(isOpen);
}

/** The map that is being drawn just now, and why the last one came to nothing. */
export function MapJobs({ newest }: { newest: string | undefined }) {
  const { t } = useTranslation("map");
  const jobs = useMapJobs();
  const last = jobs[0];
  const hasFailed = last?.status === "failed" && last.created_at > (newest ?? "");
  return (
    <div aria-live="polite">
      {hasFailed && (
        <Alert
          color="red"
          variant="light"
          mb="sm"
          icon={<IconAlertTriangle />}
          title={t("job.failed")}
        >
          {last.error}
        </Alert>
      )}
      {jobs.filter(isOpen).map((job) => (
        <Drawing key={job.id} job={job} />
      ))}
    </div>
  );
}

function Drawing({ job }: { job: JobOut }) {
  const { t } = useTranslation("map");
  const now = job.progress;
  const share = now && now.total > 0 ? now.done / now.total : 0;
  const title = t(job.params["onto"] ? "job.placing" : "job.drawing");
  return (
    <Paper withBorder radius="md" p="sm" mb="sm" ta="left">
      <Text size="sm" fw={600}>
        {title}
      </Text>
      <Progress value={share * 100} animated my={6} aria-label={title} />
      <Text size="xs" c="dimmed" className="figures">
        {now === null
          ? t("job.waiting")
          : [
              percent(share),
              now.seconds_left ? t("job.left", { time: span(now.seconds_left) }) : null,
            ]
              .filter(Boolean)
              .join(" · ")}
      </Text>
    </Paper>
  );
}
