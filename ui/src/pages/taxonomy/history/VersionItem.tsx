import { Badge, Button, Collapse, Group, List, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { RunOut, TaxonomyOut } from "@/api/schema";
import { Loading } from "@/parts/Loading";
import { count, moment } from "@/parts/numbers";
import { languageName } from "../editing/useTelling";
import { versionQuery } from "../queries";
import { useUndo } from "../useUndo";
import { type Change, changesBetween } from "./changes";

interface Props {
  taxonomy: TaxonomyOut;
  version: number;
  at: string;
  run: RunOut | undefined;
  mayEdit: boolean;
}

const MOST = 30;

/** One version: when it came into force, who made it, what it changed. */
export function VersionItem({ taxonomy, version, at, run, mayEdit }: Props) {
  const { t } = useTranslation(["taxonomy", "app"]);
  const [opened, { toggle }] = useDisclosure(false);
  const undo = useUndo();
  return (
    <>
      <Group gap="xs">
        <Text fw={600}>{t("history.version", { version })}</Text>
        {version === taxonomy.version && <Badge variant="light">{t("history.now")}</Badge>}
        {run?.undone && (
          <Badge variant="default" tt="none">
            {t("history.undone")}
          </Badge>
        )}
      </Group>
      <Text size="sm" c="dimmed">
        {moment(at)}
        {run && ` · ${run.actor}`}
      </Text>
      <Group gap="xs" mt={4}>
        {version > 1 && (
          <Button size="compact-sm" variant="subtle" onClick={toggle} aria-expanded={opened}>
            {t("history.what")}
          </Button>
        )}
        {mayEdit && run && !run.undone && (
          <Button size="compact-sm" variant="subtle" color="gray" onClick={() => undo(run.id)}>
            {t("app:undo")}
          </Button>
        )}
      </Group>
      <Collapse expanded={opened}>
        {opened && <Changes taxonomy={taxonomy.name} version={version} />}
      </Collapse>
    </>
  );
}

function Changes({ taxonomy, version }: { taxonomy: string; version: number }) {
  const { t } = useTranslation("taxonomy");
  const before = useQuery(versionQuery(taxonomy, version - 1)).data;
  const after = useQuery(versionQuery(taxonomy, version)).data;
  const changes = useMemo(
    () => (before && after ? changesBetween(before, after) : undefined),
    [before, after],
  );
  const tell = ({ what, told }: Change) => {
    const { kind, language } = told;
    return t(`change.${what}`, {
      ...told,
      ...(kind && { kind: t(`kind.${kind as "one" | "any"}.name`) }),
      ...(language && { language: languageName(language) }),
    });
  };
  if (changes === undefined) return <Loading />;
  const more = changes.length - MOST;
  return (
    <List size="sm" mt="xs" spacing={2}>
      {changes.slice(0, MOST).map((change, at) => (
        <List.Item key={at}>{tell(change)}</List.Item>
      ))}
      {more > 0 && <List.Item>{t("history.more", { count: more, n: count(more) })}</List.Item>}
      {changes.length === 0 && <List.Item>{t("history.nothing")}</List.Item>}
    </List>
  );
}
