import { Badge, Button, Card, Collapse, Group, Text, UnstyledButton } from "@mantine/core";
import {
  IconAlertTriangle,
  IconCheck,
  IconChevronDown,
  IconChevronUp,
  IconPlayerStop,
} from "@tabler/icons-react";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { addressOf } from "@/api/client";
import type { JobOut } from "@/api/schema";
import { useMay } from "@/app/session";
import { ago, count } from "@/parts/numbers";
import { factsOf, modelOf } from "./facts";
import { JobDetails } from "./JobDetails";
import { useAct } from "./useAct";
import { titleOf } from "./words";

const LOOKS = {
  done: { icon: IconCheck, color: "wright" },
  failed: { icon: IconAlertTriangle, color: "red" },
  cancelled: { icon: IconPlayerStop, color: "gray" },
} as const;

/** A job that ended: what it did in a line, all of it behind a click. */
export function EndedJob({ job }: { job: JobOut }) {
  const { t } = useTranslation("jobs");
  const [isOpen, setOpen] = useState(false);
  const id = useId();
  const look = LOOKS[job.status as keyof typeof LOOKS];
  const Sign = look.icon;
  return (
    <Card withBorder component="li" p="sm" px="md">
      <Group justify="space-between" wrap="nowrap" gap="sm">
        <UnstyledButton
          onClick={() => setOpen(!isOpen)}
          aria-expanded={isOpen}
          aria-controls={id}
          style={{ flex: 1, minWidth: 0 }}
        >
          <Group gap="sm" wrap="nowrap">
            {isOpen ? <IconChevronUp size={18} /> : <IconChevronDown size={18} />}
            <div style={{ minWidth: 0 }}>
              <Group gap="xs">
                <Text fw={550}>{titleOf(t, job)}</Text>
                <Badge
                  variant="light"
                  color={look.color}
                  tt="none"
                  leftSection={<Sign size={12} aria-hidden />}
                >
                  {t(`status.${job.status}`)}
                </Badge>
              </Group>
              <Text size="sm" c="dimmed" lineClamp={isOpen ? undefined : 2}>
                {job.status === "failed" ? job.error : summary(t, job)}
              </Text>
            </div>
          </Group>
        </UnstyledButton>
        <Group gap="xs" wrap="nowrap">
          <Text size="sm" c="dimmed" visibleFrom="xs" style={{ whiteSpace: "nowrap" }}>
            {ago(job.finished_at ?? job.updated_at)}
          </Text>
          <Action job={job} />
        </Group>
      </Group>
      <Collapse expanded={isOpen} id={id}>
        {isOpen && <JobDetails job={job} />}
      </Collapse>
    </Card>
  );
}

function summary(t: ReturnType<typeof useTranslation<"jobs">>["t"], job: JobOut): string {
  const model = modelOf(job);
  if (model)
    return t(`madeModel.${model.status === "champion" ? "champion" : "other"}`, { ...model });
  const told_ = factsOf(job).map(({ key, count: n }) =>
    t(`fact.${key}`, { count: n, shown: count(n) }),
  );
  return told_.join(" · ") || t(job.status === "done" ? "nothingToDo" : "stoppedEarly");
}

function Action({ job }: { job: JobOut }) {
  const { t } = useTranslation("jobs");
  const may = useMay("train");
  const retry = useAct(job, "retry");
  const title = titleOf(t, job);
  if (job.kind === "export" && job.status === "done") {
    return (
      <Button
        component="a"
        size="xs"
        href={addressOf(`/exports/${job.id}/file`)}
        aria-label={t("downloadNamed", { title })}
        download
      >
        {t("download")}
      </Button>
    );
  }
  if (job.status === "done" || !may) return null;
  return (
    <Button
      size="xs"
      variant="default"
      loading={retry.isPending}
      onClick={() => retry.mutate()}
      aria-label={t("retryNamed", { title })}
    >
      {t("retry")}
    </Button>
  );
}
