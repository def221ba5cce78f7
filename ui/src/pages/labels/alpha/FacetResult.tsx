import { Alert, Table, Text, Title } from "@mantine/core";
import { IconCircleCheck, IconInfoCircle } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { isKnown } from "@/pages/models/report";
import { points } from "@/pages/models/words";
import { Figure } from "@/parts/Figure";
import { count, percent } from "@/parts/numbers";
import { Numbers } from "@/parts/plots/Numbers";
import { type Tree, wordIn } from "@/parts/taxonomy";
import type { FacetAlpha } from "../wire";
import classes from "./Alpha.module.css";
import { TrialPlot } from "./TrialPlot";

interface Props {
  facet: FacetAlpha;
  tree: Tree;
  isNamed: boolean;
}

/** What leaving labels out brings in one facet, and whether that is worth it. */
export function FacetResult({ facet, tree, isNamed }: Props) {
  const { t } = useTranslation("labels");
  if (facet.refused !== null) return <Refused facet={facet} />;
  return (
    <section>
      {isNamed && (
        <Title order={3} size="h5" mb="xs">
          {facet.label}
        </Title>
      )}
      <Verdict facet={facet} />
      <div className={classes.result}>
        <TrialPlot facet={facet} />
        <dl className={classes.figures}>
          <div>
            <dt>{t("alpha.with")}</dt>
            <dd>{facet.before && <Figure of={facet.before} />}</dd>
          </div>
          <div>
            <dt>{t("alpha.without")}</dt>
            <dd>{facet.after && <Figure of={facet.after} />}</dd>
          </div>
          <GainLine facet={facet} />
        </dl>
      </div>
      <Numbers
        head={[t("alpha.share"), t("alpha.kept"), t("alpha.score")]}
        rows={facet.trials.map(({ alpha, kept, score }) => [
          percent(alpha, 1),
          count(kept),
          percent(score, 1),
        ])}
      />
      {facet.left_out > 0 && <Concepts facet={facet} tree={tree} />}
    </section>
  );
}

function Refused({ facet }: { facet: FacetAlpha }) {
  const { t } = useTranslation("labels");
  const { label, refused: why } = facet;
  return <Text c="dimmed">{t("alpha.refused", { label, why })}</Text>;
}

function Verdict({ facet }: { facet: FacetAlpha }) {
  const { t } = useTranslation("labels");
  const { worth, left_out: leftOut, labels } = facet;
  const words = {
    count: leftOut,
    shown: count(leftOut),
    of: count(labels),
    share: percent(labels === 0 ? 0 : leftOut / labels, 1),
  };
  return (
    <Alert
      variant="light"
      color={worth ? "wright" : "gray"}
      icon={worth ? <IconCircleCheck /> : <IconInfoCircle />}
      title={t(worth ? "alpha.worth" : "alpha.notWorth")}
      mb="md"
    >
      <Text size="sm">{t(leftOut === 0 ? "alpha.leavesNone" : "alpha.leaves", words)}</Text>
    </Alert>
  );
}

function GainLine({ facet: { gain } }: { facet: FacetAlpha }) {
  const { t, i18n } = useTranslation("labels");
  if (gain === null || !isKnown(gain)) return null;
  const show = (value: number) => points(value, i18n.language);
  return (
    <div>
      <dt>{t("alpha.gain")}</dt>
      <dd className="figures">
        <Text component="span" fw={650}>
          {t("gain.points", { shown: show(gain.value) })}
        </Text>{" "}
        <Text component="span" size="sm" c="dimmed">
          {t("gain.interval", { low: show(gain.low), high: show(gain.high), n: count(gain.n) })}
        </Text>
      </dd>
    </div>
  );
}

function Concepts({ facet, tree }: { facet: FacetAlpha; tree: Tree }) {
  const { t } = useTranslation("labels");
  return (
    <Table verticalSpacing={2} withRowBorders={false} fz="sm" mt="md" maw={560}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t("concepts.concept")}</Table.Th>
          <Table.Th ta="right">{t("alpha.share")}</Table.Th>
          <Table.Th ta="right">{t("alpha.leftOut")}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody className="figures">
        {facet.per_concept.map(({ concept, value, left_out: leftOut }) => (
          <Table.Tr key={concept}>
            <Table.Th scope="row" fw={500}>
              {wordIn(tree, concept)}
            </Table.Th>
            <Table.Td ta="right">{percent(value, 1)}</Table.Td>
            <Table.Td ta="right">{count(leftOut)}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
