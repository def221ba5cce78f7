import { Group, Kbd, Table, Text } from "@mantine/core";
import { Dialog } from "./Dialog";

interface Props {
  title: string;
  rows: readonly (readonly [keys: readonly string[], does: string])[];
  /** What there is besides keys. */
  note?: string | undefined;
  opened: boolean;
  onClose: () => void;
}

/** Every key of a page. */
export function KeySheet({ title, rows, note, opened, onClose }: Props) {
  return (
    <Dialog opened={opened} onClose={onClose} title={title}>
      <Table withRowBorders={false} verticalSpacing={6}>
        <Table.Tbody>
          {rows.map(([keys, does]) => (
            <Table.Tr key={does}>
              <Table.Td w={140}>
                <Group gap={4}>
                  {keys.map((key) => (
                    <Kbd key={key}>{key}</Kbd>
                  ))}
                </Group>
              </Table.Td>
              <Table.Td>{does}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {note && (
        <Text size="sm" c="dimmed" mt="sm">
          {note}
        </Text>
      )}
    </Dialog>
  );
}
