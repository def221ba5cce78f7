import { ActionIcon, Alert, Box, Button, Group, Paper, Progress, Text } from "@mantine/core";
import {
  IconChevronDown,
  IconChevronUp,
  IconPlayerPause,
  IconPlayerPlay,
  IconX,
} from "@tabler/icons-react";
import type { TFunction } from "i18next";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { workspaceNow } from "@/api/client";
import { keyOf } from "@/api/queries";
import { count } from "@/parts/numbers";
import type { Snapshot } from "./items";
import { ALARM, UploadList } from "./UploadList";
import classes from "./UploadPanel.module.css";
import { uploads, useUploads } from "./useUploads";

/** At the bottom while pictures go up: how far they are, what failed and why. */
export function UploadPanel() {
  const { t } = useTranslation("upload");
  const snapshot = useUploads();
  const [isOpen, setOpen] = useState(false);
  useFreshLibrary(snapshot.totals.created);
  const { items, totals, lost } = snapshot;
  if (items.length === 0) return lost > 0 ? <Lost files={lost} /> : null;
  const running = totals.waiting + totals.sending > 0;
  const share = totals.bytes > 0 ? (100 * totals.sent) / totals.bytes : 100;
  return (
    <Paper
      className={classes.panel}
      withBorder
      shadow="lg"
      component="section"
      aria-label={t("panel.title")}
    >
      <Box px="md" pt="xs" pb="sm">
        <Group justify="space-between" wrap="nowrap" gap="xs">
          <Text fw={600} size="sm" role="status">
            {headline(t, snapshot)}
          </Text>
          <Group gap={2} wrap="nowrap">
            {running && <PauseButton isPaused={snapshot.paused || snapshot.stopped} />}
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-expanded={isOpen}
              aria-label={t("panel.list")}
              onClick={() => setOpen(!isOpen)}
            >
              {isOpen ? <IconChevronDown size={18} /> : <IconChevronUp size={18} />}
            </ActionIcon>
            <CloseButton isRunning={running} />
          </Group>
        </Group>
        <Progress
          mt={6}
          size="sm"
          value={share}
          aria-label={t("panel.progress")}
          color={totals.failed > 0 && !running ? "red" : undefined}
        />
        <Text size="xs" c="dimmed" mt={6} className="figures">
          {t("panel.totals", {
            created: count(totals.created),
            exists: count(totals.exists),
            left: count(totals.waiting + totals.sending),
          })}
        </Text>
        {totals.failed > 0 && (
          <Group justify="space-between" mt={4}>
            <Text size="sm" c={ALARM} fw={550}>
              {t("panel.failed", { count: totals.failed, shown: count(totals.failed) })}
            </Text>
            <Button size="compact-xs" variant="light" onClick={() => uploads.retry()}>
              {t("panel.retryAll")}
            </Button>
          </Group>
        )}
      </Box>
      {isOpen && <UploadList items={items} />}
    </Paper>
  );
}

function headline(t: TFunction<"upload">, now: Snapshot): string {
  const { totals, stopped, paused, away } = now;
  const left = totals.waiting + totals.sending;
  if (left === 0 && totals.failed > 0) {
    const arrived = count(totals.created + totals.exists);
    return t("panel.doneSome", { arrived, all: count(totals.files) });
  }
  if (left === 0) return t("panel.done", { count: totals.files, shown: count(totals.files) });
  if (stopped) return t("panel.stopped");
  if (paused) return t("panel.paused");
  if (away) return t("panel.away");
  return t("panel.running", { count: left, shown: count(left) });
}

function PauseButton({ isPaused }: { isPaused: boolean }) {
  const { t } = useTranslation("upload");
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      aria-label={isPaused ? t("panel.resume") : t("panel.pause")}
      onClick={() => (isPaused ? uploads.resume() : uploads.pause())}
    >
      {isPaused ? <IconPlayerPlay size={18} /> : <IconPlayerPause size={18} />}
    </ActionIcon>
  );
}

function CloseButton({ isRunning }: { isRunning: boolean }) {
  const { t } = useTranslation(["upload", "app"]);
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      aria-label={isRunning ? t("panel.cancelAll") : t("app:close")}
      onClick={() => {
        uploads.cancel();
        uploads.clear();
      }}
    >
      <IconX size={18} />
    </ActionIcon>
  );
}

/** A reload ended an upload: browsers forget which files it was, but what arrived is safe. */
function Lost({ files }: { files: number }) {
  const { t } = useTranslation("upload");
  return (
    <Alert
      className={classes.panel}
      color="yellow"
      variant="light"
      bg="var(--mantine-color-body)"
      title={t("lost.title", { count: files, shown: count(files) })}
      withCloseButton
      closeButtonLabel={t("lost.dismiss")}
      onClose={() => uploads.dismiss(workspaceNow())}
    >
      {t("lost.text")}
    </Alert>
  );
}

const PATIENCE = 3_000;

/** New pictures show up in the library while others are still on their way. */
function useFreshLibrary(created: number): void {
  const client = useQueryClient();
  useEffect(() => {
    if (created === 0) return;
    const later = setTimeout(() => {
      void client.invalidateQueries({ queryKey: keyOf("assets") });
    }, PATIENCE);
    return () => clearTimeout(later);
  }, [client, created]);
}
