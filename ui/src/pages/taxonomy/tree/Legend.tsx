import { ActionIcon, Group, Kbd, Popover, Stack, Text } from "@mantine/core";
import { IconHelpCircle } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Sign } from "../concept/health";
import { SignMark } from "../concept/Sign";

const SIGNS: readonly Sign[] = ["alone", "asks", "few", "untrained", "group", "retired"];
const KEYS = [
  ["walk", "↑ ↓ ← →"],
  ["rename", "F2"],
  ["add", "+"],
  ["retire", "Del"],
  ["find", "/"],
  ["undo", "Ctrl Z"],
] as const;

/** What the signs in the tree mean, and the keys. */
export function Legend() {
  const { t } = useTranslation("taxonomy");
  return (
    <Popover width={320} position="bottom-end" withArrow shadow="md" trapFocus>
      <Popover.Target>
        <ActionIcon
          size={36}
          variant="default"
          aria-label={t("legend.title")}
          title={t("legend.title")}
        >
          <IconHelpCircle size={18} />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown aria-label={t("legend.title")}>
        <Stack gap={6}>
          <Text fw={600} size="sm">
            {t("legend.signs")}
          </Text>
          {SIGNS.map((sign) => (
            <Group key={sign} gap="xs" wrap="nowrap" align="flex-start">
              <SignMark sign={sign} missing={null} />
              <Text size="sm">{t(`sign.${sign}`)}</Text>
            </Group>
          ))}
          <Text fw={600} size="sm" mt="xs">
            {t("legend.keys")}
          </Text>
          {KEYS.map(([name, keys]) => (
            <Group key={name} justify="space-between" wrap="nowrap">
              <Text size="sm">{t(`legend.${name}`)}</Text>
              <Kbd size="sm">{keys}</Kbd>
            </Group>
          ))}
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
