import { Button, Loader } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { addressOf } from "@/api/client";
import { jobsQuery, keyOf } from "@/api/queries";
import type { JobOut } from "@/api/schema";
import { count } from "@/parts/numbers";
import { useWorkspace } from "./session";

export function isOpen(job: JobOut): boolean {
  return job.status === "queued" || job.status === "running";
}

/** What a job changes when it ends: what is shown of these is asked for again. */
const CHANGES: Record<string, readonly string[]> = {
  import: ["assets", "taxonomies", "taxonomy", "runs", "health"],
  embed: ["assets", "health"],
  train: ["models", "health", "promotions", "policy", "runs"],
  tag: ["assets", "runs", "review", "health"],
  clean: ["suspects", "review", "map-colours"],
  alpha: ["suspects"],
  map: ["maps", "map-points"],
  export: [],
};

/** Keep the list of jobs as it stands on the server, and what they change with it. */
export function useJobEvents(): void {
  const client = useQueryClient();
  const ws = useWorkspace();
  useEffect(() => {
    const events = new EventSource(addressOf("/jobs/events"));
    events.addEventListener("job", (event: MessageEvent<string>) => {
      const job = JSON.parse(event.data) as JobOut;
      client.setQueryData<JobOut[]>(keyOf("jobs"), (known) => merged(known ?? [], job));
      client.setQueryData(keyOf("job", job.id), job);
      if (isOpen(job)) return;
      for (const part of CHANGES[job.kind] ?? []) {
        void client.invalidateQueries({ queryKey: keyOf(part) });
      }
    });
    return () => events.close();
  }, [client, ws]);
}

/** The list with one job as it stands now, newest first. */
export function merged(known: readonly JobOut[], job: JobOut): JobOut[] {
  const others = known.filter((each) => each.id !== job.id);
  return [...others, job].sort((a, b) => b.created_at.localeCompare(a.created_at));
}

/** In the top bar while something is running. */
export function RunningJobs() {
  const { t } = useTranslation();
  const ws = useWorkspace();
  const jobs = useQuery(jobsQuery()).data ?? [];
  const open = jobs.filter(isOpen);
  if (open.length === 0) return null;
  return (
    <Button
      renderRoot={(props) => <Link to="/w/$ws/jobs" params={{ ws }} {...props} />}
      variant="light"
      size="compact-md"
      leftSection={<Loader size={14} aria-hidden />}
    >
      {t("running", { count: open.length, shown: count(open.length) })}
    </Button>
  );
}
