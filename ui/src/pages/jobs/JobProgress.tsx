import { Group, Progress, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { JobOut } from "@/api/schema";
import { paceWords, stepWords, titleOf } from "./words";

/** How far a job is: the step, a bar, numbers, and the time left. */
export function JobProgress({ job }: { job: JobOut }) {
  const { t } = useTranslation("jobs");
  const now = job.progress;
  const share = now && now.total > 0 ? (100 * now.done) / now.total : 0;
  return (
    <div>
      <Progress
        value={share}
        animated={job.status === "running"}
        aria-label={titleOf(t, job)}
        size="md"
      />
      <Group justify="space-between" mt={6} gap="xs">
        <Text size="sm" c="dimmed">
          {job.cancel_requested
            ? t("stopping")
            : now
              ? stepWords(t, now.step)
              : t(`status.${job.status}`)}
        </Text>
        <Text size="sm" c="dimmed" className="figures">
          {now && paceWords(t, job)}
        </Text>
      </Group>
    </div>
  );
}
