import { ScrollArea, Table } from "@mantine/core";
import { useTranslation } from "react-i18next";
import classes from "./Plots.module.css";

interface Props {
  head: readonly string[];
  rows: readonly (readonly string[])[];
}

/** A plot's numbers as a table, behind a disclosure. */
export function Numbers({ head, rows }: Props) {
  const { t } = useTranslation("models");
  return (
    <details className={classes.numbers}>
      <summary>{t("plot.numbers")}</summary>
      <ScrollArea.Autosize mah={280} mt={6} viewportProps={{ tabIndex: 0 }}>
        <Table withRowBorders={false} verticalSpacing={2} fz="sm" className="figures" stickyHeader>
          <Table.Thead>
            <Table.Tr>
              {head.map((each) => (
                <Table.Th key={each}>{each}</Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map((row, at) => (
              <Table.Tr key={at}>
                {row.map((each, column) => (
                  <Table.Td key={column}>{each}</Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </ScrollArea.Autosize>
    </details>
  );
}
