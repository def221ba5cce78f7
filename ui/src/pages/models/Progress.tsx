import { Alert, Paper, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { jobsQuery } from "@/api/queries";
import type { JobOut, ModelOut } from "@/api/schema";
import { isOpen } from "@/app/jobs";
import { Finish } from "@/pages/jobs/Finish";
import { JobProgress } from "@/pages/jobs/JobProgress";

interface Props {
  taxonomy: string;
  newest: ModelOut | undefined;
}

const KINDS: readonly string[] = ["train", "tag"];

/** What is being learned or tagged just now, and why the last learning came to nothing. */
export function Progress({ taxonomy, newest }: Props) {
  const { t } = useTranslation("models");
  const jobs = (useQuery(jobsQuery()).data ?? []).filter(
    ({ kind, subject }) => KINDS.includes(kind) && subject === taxonomy,
  );
  const open = jobs.filter(isOpen);
  const last = jobs.find(({ kind }) => kind === "train");
  const failed =
    last?.status === "failed" && last.created_at > (newest?.created_at ?? "") ? last : undefined;
  return (
    <div aria-live="polite">
      {failed && (
        <Alert
          mb="md"
          color="red"
          variant="light"
          icon={<IconAlertTriangle />}
          title={t("progress.failed")}
        >
          {failed.error}
        </Alert>
      )}
      {open.map((job) => (
        <Running key={job.id} job={job} />
      ))}
    </div>
  );
}

function Running({ job }: { job: JobOut }) {
  const { t } = useTranslation("models");
  return (
    // Its steps are many: only what comes of it is read out.
    <Paper withBorder radius="lg" p="md" mb="md" aria-live="off">
      <Text fw={600} mb={8}>
        {t(job.kind === "train" ? "progress.learning" : "progress.tagging")}
      </Text>
      <JobProgress job={job} />
      <Finish job={job} />
    </Paper>
  );
}
