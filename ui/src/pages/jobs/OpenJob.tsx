import { Alert, Button, Card, Group, Text, ThemeIcon } from "@mantine/core";
import { IconClock, IconPlayerPlay } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { JobOut } from "@/api/schema";
import { useMay } from "@/app/session";
import { ago } from "@/parts/numbers";
import { Finish } from "./Finish";
import { JobProgress } from "./JobProgress";
import { useAct } from "./useAct";
import { titleOf } from "./words";

/** A job that runs or waits. */
export function OpenJob({ job }: { job: JobOut }) {
  const { t } = useTranslation("jobs");
  const runs = job.status === "running";
  return (
    <Card withBorder component="li" p="md">
      <Group justify="space-between" wrap="nowrap" mb={runs ? "sm" : 0}>
        <Group gap="sm" wrap="nowrap" miw={0}>
          <ThemeIcon
            variant="light"
            color={runs ? undefined : "gray"}
            radius="xl"
            size={36}
            aria-hidden
          >
            {runs ? <IconPlayerPlay size={18} /> : <IconClock size={18} />}
          </ThemeIcon>
          <div style={{ minWidth: 0 }}>
            <Text fw={600} truncate>
              {titleOf(t, job)}
            </Text>
            <Text size="sm" c="dimmed">
              {runs ? t("by", { name: job.requested_by }) : t("status.queued")}
              {" · "}
              {ago(job.started_at ?? job.created_at)}
            </Text>
          </div>
        </Group>
        <CancelButton job={job} />
      </Group>
      {runs && <JobProgress job={job} />}
      <Finish job={job} />
      {job.error && (
        <Alert
          color="yellow"
          variant="light"
          mt="sm"
          title={t("tryingAgain", { count: job.attempts })}
        >
          {job.error}
        </Alert>
      )}
    </Card>
  );
}

function CancelButton({ job }: { job: JobOut }) {
  const { t } = useTranslation("jobs");
  const may = useMay("train");
  const cancel = useAct(job, "cancel");
  if (!may) return null;
  return (
    <Button
      size="xs"
      variant="default"
      flex="none"
      loading={cancel.isPending}
      disabled={job.cancel_requested}
      onClick={() => cancel.mutate()}
      aria-label={t("cancelNamed", { title: titleOf(t, job) })}
    >
      {job.cancel_requested ? t("stopping") : t("cancel")}
    </Button>
  );
}
