import { Anchor, Button, Table, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "@/app/session";
import { Card } from "@/pages/models/Card";
import { isKnown } from "@/pages/models/report";
import { count, percent } from "@/parts/numbers";
import { Axis, Interval } from "@/parts/plots/Interval";
import type { Scale } from "@/parts/plots/scale";
import { wordIn } from "@/parts/taxonomy";
import { type Labels, only } from "../useLabels";
import type { ConceptCheck, FacetCheck } from "../wire";
import { shareScale, sorted } from "./figures";
import classes from "./Overview.module.css";

const FEW = 10;

interface Props {
  labels: Labels;
  facet: FacetCheck;
  isNamed: boolean;
}

/** Where the wrong labels are: each concept with its estimate on one axis. */
export function ConceptTable({ labels, facet, isNamed }: Props) {
  const { t } = useTranslation("labels");
  const [isWhole, setWhole] = useState(false);
  const rows = sorted(facet.concepts);
  const shown = isWhole ? rows : rows.slice(0, FEW);
  const scale = shareScale(shown);
  const title = isNamed ? t("concepts.of", { facet: facet.label }) : t("concepts.title");
  return (
    <Card title={title} about={t("concepts.about")}>
      <Table className={classes.concepts} verticalSpacing={4} withRowBorders={false}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("concepts.concept")}</Table.Th>
            <Table.Th ta="right">{t("concepts.suspects")}</Table.Th>
            <Table.Th colSpan={2}>{t("concepts.wrong")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody className="figures">
          {shown.map((row) => (
            <Row key={row.concept} row={row} labels={labels} facet={facet.facet} scale={scale} />
          ))}
          <Table.Tr aria-hidden>
            <Table.Td />
            <Table.Td />
            <Table.Td className={classes.plot}>
              <Axis scale={scale} show={percent} />
            </Table.Td>
            <Table.Td />
          </Table.Tr>
        </Table.Tbody>
      </Table>
      {rows.length > FEW && (
        <Button size="compact-sm" variant="subtle" mt="xs" onClick={() => setWhole(!isWhole)}>
          {isWhole ? t("fewer") : t("all", { shown: count(rows.length) })}
        </Button>
      )}
    </Card>
  );
}

interface RowProps {
  row: ConceptCheck;
  labels: Labels;
  facet: string;
  scale: Scale;
}

function Row({ row, labels, facet, scale }: RowProps) {
  const { t } = useTranslation(["labels", "app"]);
  const mayReview = useMay("review");
  const { concept, wrong } = row;
  const word = wordIn(labels.tree, concept);
  const go = () => labels.choose({ ...only({ facet, given: concept }), view: "single" }, true);
  return (
    <Table.Tr>
      <Table.Th scope="row" fw={500}>
        {row.waiting > 0 && mayReview ? (
          <Anchor component="button" type="button" ta="left" fw={550} onClick={go}>
            {word}
          </Anchor>
        ) : (
          word
        )}
        <Text size="xs" c="dimmed" fw={400}>
          {t("concepts.labels", { count: row.labels, shown: count(row.labels) })}
        </Text>
      </Table.Th>
      <Table.Td ta="right">{count(row.waiting)}</Table.Td>
      <Table.Td className={classes.plot}>
        {isKnown(wrong) && <Interval of={wrong} scale={scale} />}
      </Table.Td>
      <Table.Td className={classes.figure}>
        {isKnown(wrong) ? (
          <>
            <b>{percent(wrong.value, 1)}</b>{" "}
            <Text span size="xs" c="dimmed" className={classes.interval}>
              {t("app:figure.interval", {
                low: percent(wrong.low, 1),
                high: percent(wrong.high, 1),
                n: count(wrong.n),
              })}
            </Text>
          </>
        ) : (
          <Text size="sm" c="dimmed">
            {t("app:figure.none")}
          </Text>
        )}
      </Table.Td>
    </Table.Tr>
  );
}
