import { ActionIcon, Box, Button, Collapse, Group, Paper, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconAlertTriangle, IconChevronDown, IconChevronUp, IconX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { count } from "@/parts/numbers";
import type { Editing } from "./useEditing";
import { useTelling } from "./useTelling";
import classes from "./PendingBar.module.css";

interface Props {
  editing: Editing;
  className?: string;
  /** See what the changes would do. */
  look: () => void;
}

/** What is changed but not in force yet, and the way on. */
export function PendingBar({ editing, className, look }: Props) {
  const { t } = useTranslation("taxonomy");
  const [opened, { toggle }] = useDisclosure(false);
  const { steps } = editing;
  const fitting = steps.filter((step) => step.misfit === null).length;
  return (
    <Box className={className} role="region" aria-label={t("pending.label")}>
      <Text className="visually-hidden" role="status">
        {steps.length > 0 && t("pending.count", { count: steps.length, n: count(steps.length) })}
      </Text>
      {steps.length > 0 && (
        <Paper withBorder shadow="lg" p="sm">
          <Collapse expanded={opened}>
            <PendingList editing={editing} />
          </Collapse>
          <Group justify="space-between" gap="xs">
            <Button
              variant="subtle"
              color="gray"
              px="xs"
              onClick={toggle}
              aria-expanded={opened}
              rightSection={opened ? <IconChevronDown size={16} /> : <IconChevronUp size={16} />}
            >
              {t("pending.count", { count: steps.length, n: count(steps.length) })}
            </Button>
            <Group gap="xs">
              <Button variant="default" onClick={editing.clear}>
                {t("pending.drop")}
              </Button>
              <Button onClick={look} disabled={fitting === 0}>
                {t("pending.look")}
              </Button>
            </Group>
          </Group>
        </Paper>
      )}
    </Box>
  );
}

function PendingList({ editing }: { editing: Editing }) {
  const { t } = useTranslation("taxonomy");
  const tell = useTelling();
  return (
    <ol className={classes.list}>
      {editing.steps.map((step) => (
        <li key={step.key} className={classes.item}>
          <Box flex={1} miw={0}>
            <Text size="sm" td={step.misfit === null ? undefined : "line-through"}>
              {tell(step)}
            </Text>
            {step.misfit !== null && (
              <Group gap={4} wrap="nowrap">
                <IconAlertTriangle size={14} aria-hidden />
                <Text size="xs">{t("pending.misfit", { why: t(`reason.${step.misfit}`) })}</Text>
              </Group>
            )}
          </Box>
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={t("pending.dropOne", { edit: tell(step) })}
            onClick={() => editing.drop(step.key)}
          >
            <IconX size={16} />
          </ActionIcon>
        </li>
      ))}
    </ol>
  );
}
