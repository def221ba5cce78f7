import { Button, Group, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { JobOut } from "@/api/schema";
import { useMay } from "@/app/session";
import { canFinish, epochOf } from "./facts";
import { useAct } from "./useAct";
import { titleOf } from "./words";

/** Ends a network's learning with the best state so far, and says so; nothing for other jobs. */
export function Finish({ job }: { job: JobOut }) {
  const { t } = useTranslation("jobs");
  const may = useMay("train");
  const finish = useAct(job, "finish");
  if (!canFinish(job) || job.cancel_requested) return null;
  const hasBest = epochOf(job.progress?.step ?? "")?.best != null;
  const asked = hasBest ? "finishSoon" : "finishFirst";
  return (
    <Group justify="space-between" mt="sm" gap="xs">
      <Text size="sm" c="dimmed" aria-live="polite" flex="1 1 16rem">
        {t(job.finish_requested ? asked : "finishAbout")}
      </Text>
      {may && (
        <Button
          size="xs"
          variant="light"
          loading={finish.isPending}
          disabled={job.finish_requested}
          onClick={() => finish.mutate()}
          aria-label={t("finishNamed", { title: titleOf(t, job) })}
        >
          {job.finish_requested ? t("finishing") : t("finish")}
        </Button>
      )}
    </Group>
  );
}
