import { Alert, Button, Group, Paper, Progress, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, told } from "@/api/client";
import type { JobOut } from "@/api/schema";
import { useMay } from "@/app/session";
import { sayFailed } from "@/parts/notes";
import { count, span } from "@/parts/numbers";

/** A job that is under way: how far, how long still, and a way to stop it. */
export function RunningJob({ job, title }: { job: JobOut; title: string }) {
  const { t } = useTranslation(["labels", "app"]);
  const { progress } = job;
  const share = progress && progress.total > 0 ? progress.done / progress.total : 0;
  const left = progress?.seconds_left;
  return (
    <Paper withBorder radius="lg" p="md" role="status" aria-live="off">
      <Group justify="space-between" mb={8} gap="xs">
        <Text fw={600}>{title}</Text>
        <Text size="sm" c="dimmed" className="figures">
          {progress === null
            ? t("job.waiting")
            : t("job.share", { shown: count(Math.round(share * 100)) })}
          {left ? t("job.left", { time: span(left) }) : ""}
        </Text>
      </Group>
      <Group gap="sm" wrap="nowrap">
        <Progress
          value={share * 100}
          animated={progress !== null}
          aria-label={title}
          size="md"
          flex={1}
        />
        <Stop job={job} />
      </Group>
    </Paper>
  );
}

function Stop({ job }: { job: JobOut }) {
  const { t } = useTranslation(["labels", "app"]);
  const mayStop = useMay("train");
  const stop = useMutation({
    mutationFn: () =>
      told(api.POST("/api/v1/jobs/{job}/cancel", { params: { path: { job: job.id } } })),
    onError: sayFailed,
  });
  if (!mayStop) return null;
  return (
    <Button
      size="compact-sm"
      variant="default"
      onClick={() => stop.mutate()}
      loading={stop.isPending}
      disabled={job.cancel_requested}
    >
      {t("job.stop")}
    </Button>
  );
}

export function FailedJob({ job, title }: { job: JobOut; title: string }) {
  return (
    <Alert color="red" variant="light" icon={<IconAlertTriangle />} title={title}>
      {job.error}
    </Alert>
  );
}
