import { Alert, Group, Paper, Progress as Bar, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { jobsQuery } from "@/api/queries";
import type { JobOut, ModelOut } from "@/api/schema";
import { isOpen } from "@/app/jobs";
import { span } from "@/parts/numbers";
import { stepWords } from "@/pages/jobs/words";

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
  const { t: jobs } = useTranslation("jobs");
  const progress = job.progress;
  const step = progress?.step === undefined ? null : stepWords(jobs, progress.step);
  const share = progress && progress.total > 0 ? progress.done / progress.total : 0;
  const left = progress?.seconds_left;
  const title = t(job.kind === "train" ? "progress.learning" : "progress.tagging");
  return (
    <Paper withBorder radius="lg" p="md" mb="md">
      <Group justify="space-between" mb={8} gap="xs">
        <Text fw={600}>{title}</Text>
        <Text size="sm" c="dimmed" className="figures">
          {step ?? t("progress.waiting")}
          {left ? t("progress.left", { time: span(left) }) : ""}
        </Text>
      </Group>
      <Bar value={share * 100} animated={progress !== null} aria-label={title} size="md" />
    </Paper>
  );
}
