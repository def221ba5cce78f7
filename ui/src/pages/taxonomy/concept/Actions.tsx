import { Button, Group, Text } from "@mantine/core";
import {
  IconArchive,
  IconArchiveOff,
  IconArrowMerge,
  IconArrowsSplit,
  IconCornerDownRight,
  IconPlus,
} from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { ConceptOut } from "@/api/schema";
import { wordOf } from "@/parts/taxonomy";
import type { Ask } from "../editing/dialogs";
import type { Editing } from "../editing/useEditing";
import { asked } from "../tree/useAct";

interface Props {
  concept: ConceptOut;
  editing: Editing;
  ask: Ask;
}

/** All that can be done to a concept, but its words. */
export function Actions({ concept, editing, ask }: Props) {
  const { t } = useTranslation("taxonomy");
  const { id } = concept;
  if (!concept.live) return <Retired concept={concept} editing={editing} />;
  const buttons = [
    { name: "add", icon: IconPlus, question: asked(editing.tree, id) },
    { name: "move", icon: IconCornerDownRight, question: { ask: "move", concept: id } },
    { name: "merge", icon: IconArrowMerge, question: { ask: "merge", concept: id } },
    { name: "split", icon: IconArrowsSplit, question: { ask: "split", concept: id } },
    { name: "retire", icon: IconArchive, question: { ask: "retire", concept: id } },
  ] as const;
  return (
    <Group gap={6} role="group" aria-label={t("do.label", { concept: wordOf(concept) })}>
      {buttons.map(({ name, icon: Sign, question }) => (
        <Button
          key={name}
          size="compact-sm"
          variant="default"
          leftSection={<Sign size={15} aria-hidden />}
          onClick={() => ask(question)}
        >
          {t(`do.${name}`)}
        </Button>
      ))}
    </Group>
  );
}

function Retired({ concept, editing }: Omit<Props, "ask">) {
  const { t } = useTranslation("taxonomy");
  const heir =
    concept.replaced_by === null ? undefined : editing.tree.byId.get(concept.replaced_by);
  return (
    <Group gap="xs">
      <Text size="sm" c="dimmed">
        {heir ? t("retired.replaced", { heir: wordOf(heir) }) : t("retired.plain")}
      </Text>
      {concept.deprecated && (
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<IconArchiveOff size={15} aria-hidden />}
          onClick={() => editing.plan({ op: "restore", concept: concept.id })}
        >
          {t("do.restore")}
        </Button>
      )}
    </Group>
  );
}
