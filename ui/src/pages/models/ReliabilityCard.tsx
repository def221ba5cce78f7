import { Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Figure } from "@/parts/Figure";
import { count, percent } from "@/parts/numbers";
import { Numbers } from "@/parts/plots/Numbers";
import { Reliability } from "@/parts/plots/Reliability";
import { Card } from "./Card";
import classes from "./Models.module.css";
import { type FacetReport, isKnown } from "./report";

/** Whether a probability means what it says. */
export function ReliabilityCard({ facet }: { facet: FacetReport }) {
  const { t } = useTranslation("models");
  const bins = (facet.reliability ?? []).flatMap(({ said, low, high, was }) =>
    isKnown(was) ? [{ said, low, high, was }] : [],
  );
  if (bins.length === 0) return null;
  const n = bins.reduce((sum, { was }) => sum + was.n, 0);
  return (
    <Card title={t("reliability.title")} about={t("reliability.about")}>
      <Stack gap="md">
        {facet.ece && (
          <dl className={classes.figures}>
            <div>
              <dt>{t("reliability.ece")}</dt>
              <dd>
                <Figure of={facet.ece} size="xl" />
              </dd>
            </div>
          </dl>
        )}
        <Reliability
          bins={bins}
          label={t("reliability.plot", { n: count(n), bins: bins.length })}
          across={t("reliability.across")}
          up={t("reliability.up")}
        />
        <Text size="sm" c="dimmed">
          {t("reliability.note", { n: count(n) })}
        </Text>
        <Numbers
          head={[
            t("reliability.range"),
            t("reliability.said"),
            t("reliability.was"),
            t("plot.interval"),
            "n",
          ]}
          rows={bins.map(({ said, low, high, was }) => [
            t("plot.range", { low: percent(low), high: percent(high) }),
            percent(said, 1),
            percent(was.value, 1),
            t("plot.range", { low: percent(was.low, 1), high: percent(was.high, 1) }),
            count(was.n),
          ])}
        />
      </Stack>
    </Card>
  );
}
