import { ActionIcon, Progress, Text } from "@mantine/core";
import {
  IconAlertTriangle,
  IconCheck,
  IconClock,
  IconCopyCheck,
  IconRefresh,
  IconUpload,
  IconX,
} from "@tabler/icons-react";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useMemo, useRef } from "react";
import { useTranslation } from "react-i18next";
import { bytes } from "@/parts/numbers";
import type { Item, Phase } from "./items";
import classes from "./UploadPanel.module.css";
import { uploads } from "./useUploads";

const SIGNS = {
  waiting: IconClock,
  sending: IconUpload,
  created: IconCheck,
  exists: IconCopyCheck,
  failed: IconAlertTriangle,
} as const;

/** What failed first, then what is on its way; what has arrived comes last. */
const ORDER: Record<Phase, number> = { failed: 0, sending: 1, waiting: 2, exists: 3, created: 4 };

const HEIGHT = 52;
/** Red that can be read on either ground. */
export const ALARM = "light-dark(var(--mantine-color-red-8), var(--mantine-color-red-4))";

export function UploadList({ items }: { items: readonly Item[] }) {
  const { t } = useTranslation("upload");
  const scroll = useRef<HTMLDivElement>(null);
  const sorted = useMemo(
    () => items.toSorted((a, b) => ORDER[a.phase] - ORDER[b.phase] || a.id - b.id),
    [items],
  );
  const rows = useVirtualizer({
    count: sorted.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => HEIGHT,
    overscan: 6,
  });
  return (
    <div
      ref={scroll}
      className={classes.list}
      tabIndex={0}
      aria-label={t("panel.list")}
      role="group"
    >
      <div className={classes.rows} style={{ height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map(({ index, start, key }) => (
          <div key={key} className={classes.row} style={{ transform: `translateY(${start}px)` }}>
            <Row item={sorted[index]!} />
          </div>
        ))}
      </div>
    </div>
  );
}

function Row({ item }: { item: Item }) {
  const { t } = useTranslation(["upload", "app"]);
  const Sign = SIGNS[item.phase];
  const { name, size } = item.file;
  const isOver = item.phase === "created" || item.phase === "exists";
  return (
    <>
      <Sign size={18} aria-hidden color={item.phase === "failed" ? ALARM : undefined} />
      <div className={classes.name}>
        <Text size="sm" truncate title={[...item.folders, name].join("/")}>
          {name}
        </Text>
        {item.phase === "sending" ? (
          <Progress size={4} value={(100 * item.sent) / Math.max(size, 1)} aria-label={name} />
        ) : (
          <Text
            size="xs"
            c={item.phase === "failed" ? ALARM : "dimmed"}
            truncate
            title={item.reason}
          >
            {item.phase === "failed"
              ? item.reason || t(item.status === -2 ? "reason.unreadable" : "reason.unknown")
              : `${t(`phase.${item.phase}`)} · ${bytes(size)}`}
          </Text>
        )}
      </div>
      {item.phase === "failed" && (
        <ActionIcon
          variant="subtle"
          aria-label={t("retryOne", { name })}
          onClick={() => uploads.retry(item.id)}
        >
          <IconRefresh size={16} />
        </ActionIcon>
      )}
      {!isOver && (
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={t("cancelOne", { name })}
          onClick={() => uploads.cancel(item.id)}
        >
          <IconX size={16} />
        </ActionIcon>
      )}
    </>
  );
}
