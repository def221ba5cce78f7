import { Badge, Table, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { count } from "@/parts/numbers";
import { aboveOf, type ConceptChange, lastWord } from "./report";

interface Props {
  changes: readonly ConceptChange[];
  words: Readonly<Record<string, string>>;
}

/** Concepts on whose test pictures the two differ. */
export function ConceptChanges({ changes, words }: Props) {
  const { t } = useTranslation("models");
  const sorted = [...changes].sort((x, y) => x.gained - x.lost - (y.gained - y.lost));
  return (
    <Table.ScrollContainer minWidth={460} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
      <Table verticalSpacing={6} maw={760}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("concepts.concept")}</Table.Th>
            <Table.Th ta="right">{t("compare.gained")}</Table.Th>
            <Table.Th ta="right">{t("compare.lost")}</Table.Th>
            <Table.Th ta="right">{t("compare.of")}</Table.Th>
            <Table.Td />
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody className="figures">
          {sorted.map((row) => (
            <Table.Tr key={row.concept}>
              <Table.Th scope="row" fw={500}>
                {lastWord(words, row.concept)}
                <Text size="xs" c="dimmed">
                  {aboveOf(words, row.concept)}
                </Text>
              </Table.Th>
              <Table.Td ta="right">{count(row.gained)}</Table.Td>
              <Table.Td ta="right">{count(row.lost)}</Table.Td>
              <Table.Td ta="right">{count(row.pictures)}</Table.Td>
              <Table.Td>
                {row.regressed && (
                  <Badge color="orange" variant="light" tt="none" radius="sm">
                    {t("compare.regressed")}
                  </Badge>
                )}
                {row.new && (
                  <Badge variant="light" tt="none" radius="sm">
                    {t("compare.new")}
                  </Badge>
                )}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
