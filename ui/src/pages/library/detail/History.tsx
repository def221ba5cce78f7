import { Box, Button, Text, Timeline, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { EntryOut } from "@/api/schema";
import { Loading } from "@/parts/Loading";
import { moment, percent } from "@/parts/numbers";
import { wordOf } from "@/parts/taxonomy";
import { historyQuery } from "../asking";
import { conceptOf, type Trees } from "../trees";
import classes from "./Detail.module.css";
import { sourceOf } from "./Tags";

interface Props {
  id: string;
  trees: Trees;
}

/** All that was ever said of a picture, newest first; nothing is ever deleted from it. */
export function History({ id, trees }: Props) {
  const { t } = useTranslation("library");
  const [isOpen, setOpen] = useState(false);
  const { data } = useQuery({ ...historyQuery(id), enabled: isOpen });
  const gone = new Set(data?.void);
  return (
    <section className={classes.part} aria-label={t("history.label")}>
      <Title order={3} size="sm">
        {t("history.label")}
      </Title>
      {!isOpen && (
        <Button variant="subtle" size="compact-sm" mt={4} ml={-8} onClick={() => setOpen(true)}>
          {t("history.show")}
        </Button>
      )}
      {isOpen && data === undefined && <Loading />}
      {data?.items.length === 0 && (
        <Text size="sm" c="dimmed">
          {t("history.none")}
        </Text>
      )}
      <Timeline bulletSize={14} lineWidth={2} mt="sm">
        {data?.items.toReversed().map((entry, at) => (
          <Timeline.Item key={at}>
            <Box td={gone.has(entry.run) ? "line-through" : undefined} fz="sm">
              {sentence(entry, trees, t)}
            </Box>
            <Text size="xs" c="dimmed">
              {moment(entry.at)}
              {gone.has(entry.run) && ` · ${t("history.undone")}`}
            </Text>
          </Timeline.Item>
        ))}
      </Timeline>
    </section>
  );
}

type Words = (key: string, holes?: Record<string, unknown>) => string;

function sentence(entry: EntryOut, trees: Trees, t: Words): string {
  const known =
    entry.concept === null ? undefined : conceptOf(trees, entry.taxonomy, entry.concept);
  const word = known ? wordOf(known) : (entry.path.at(-1) ?? t("tags.nothing"));
  const who = sourceOf(entry, t);
  const p = entry.p === null ? "" : percent(entry.p, 1);
  return t(`history.${entry.status}`, { who, word, p });
}
