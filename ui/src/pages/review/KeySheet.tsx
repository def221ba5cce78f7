import { Group, Kbd, Modal, Table, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Mode } from "./search";

interface Props {
  mode: Mode;
  opened: boolean;
  onClose: () => void;
}

/** Every key of the page. */
export function KeySheet({ mode, opened, onClose }: Props) {
  const { t } = useTranslation(["review", "app"]);
  const enter = t("key.enter");
  const space = t("key.space");
  const rows: readonly [readonly string[], string][] =
    mode === "single"
      ? [
          [["1", "…", "9"], "digits"],
          [[enter, space], "confirm"],
          [["x"], "not"],
          [["n"], "none"],
          [["s"], "skip"],
          [["u"], "undo"],
          [["←", "→"], "arrows"],
          [["/"], "find"],
          [["z"], "zoom"],
          [["p"], "sure"],
          [["e"], "evidence"],
          [["v"], "mode"],
          [["?"], "help"],
        ]
      : [
          [["←", "↑", "↓", "→"], "gridArrows"],
          [["x", space], "gridMark"],
          [[enter], "gridConfirm"],
          [["a"], "gridAll"],
          [["o"], "gridApart"],
          [["u"], "undo"],
          [["[", "]"], "gridNext"],
          [["p"], "sure"],
          [["v"], "mode"],
          [["?"], "help"],
        ];
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t("help.title")}
      closeButtonProps={{ "aria-label": t("app:close") }}
    >
      <Table withRowBorders={false} verticalSpacing={6}>
        <Table.Tbody>
          {rows.map(([keys, name]) => (
            <Table.Tr key={name}>
              <Table.Td w={140}>
                <Group gap={4}>
                  {keys.map((key) => (
                    <Kbd key={key}>{key}</Kbd>
                  ))}
                </Group>
              </Table.Td>
              <Table.Td>{t(`help.${name}`)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {mode === "single" && (
        <Text size="sm" c="dimmed" mt="sm">
          {t("help.swipe")}
        </Text>
      )}
    </Modal>
  );
}
