import { SegmentedControl, Slider, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import type { ModelOut } from "@/api/schema";
import { CONTRACTS, STRICTNESSES } from "@/parts/contracts";
import { count, percent } from "@/parts/numbers";
import { CoverageCurve } from "@/parts/plots/CoverageCurve";
import { Numbers } from "@/parts/plots/Numbers";
import { Card } from "./Card";
import { LearnButton } from "./LearnAgain";
import classes from "./Models.module.css";
import { unlabelledQuery } from "./queries";
import type { Contract, FacetReport } from "./report";
import { askable, loosestAt, stopAt, stopsOf, type Trade, tradesOf, wilson } from "./tradeoff";
import { short } from "./words";

interface Props {
  facet: FacetReport;
  contract: Contract;
  model: ModelOut;
}

/** Strict, normal or loose: what each would bring, as the held-out pictures say. */
export function Tradeoff({ facet, contract, model }: Props) {
  const { t } = useTranslation("models");
  const trades = tradesOf(facet.curve ?? []);
  const stops = stopsOf(trades);
  const [at, setAt] = useState(loosestAt(trades, contract.target) ?? 0);
  const chosen = trades[at];
  if (chosen === undefined) return null;
  const choices = STRICTNESSES.map((stop) => ({
    value: stop,
    label: t(`tradeoff.${stop}`, { target: short(CONTRACTS[stop]) }),
    disabled: stops[stop] === null,
  }));
  return (
    <Card title={t("tradeoff.title")} about={t("tradeoff.about")}>
      <Stack gap="md">
        <SegmentedControl
          fullWidth
          data={choices}
          aria-label={t("tradeoff.how")}
          value={stopAt(stops, at) ?? ""}
          onChange={(stop) => setAt(stops[stop as keyof typeof stops] ?? at)}
        />
        <div className={classes.slider}>
          <Slider
            min={0}
            max={trades.length - 1}
            value={at}
            onChange={setAt}
            label={null}
            thumbLabel={t("tradeoff.how")}
            thumbProps={{ "aria-valuetext": spoken(chosen) }}
          />
        </div>
        <Outcome chosen={chosen} facet={facet} />
        <CoverageCurve
          points={trades}
          target={contract.target}
          chosen={chosen}
          label={t("tradeoff.plot", { n: count(facet.n), at: spoken(chosen) })}
          across={t(`tradeoff.across_${facet.kind}`, { n: count(facet.n) })}
          up={t("tradeoff.up")}
          promised={t("tradeoff.target", { target: short(contract.target) })}
        />
        <Text size="sm" c="dimmed">
          {t("tradeoff.noPromise")}
        </Text>
        <div>
          <LearnButton
            taxonomy={model.taxonomy}
            champion={model}
            target={askable(chosen.precision.value)}
            words={t("tradeoff.ask", { target: short(askable(chosen.precision.value)) })}
            variant="light"
          />
        </div>
        <Numbers
          head={[
            t("tradeoff.cutoff"),
            t("tradeoff.alone"),
            t("tradeoff.up"),
            t("plot.interval"),
            "n",
          ]}
          rows={trades.map(({ cutoff, coverage, precision }) => [
            percent(cutoff, 2),
            percent(coverage, 1),
            percent(precision.value, 1),
            t("plot.range", { low: percent(precision.low, 1), high: percent(precision.high, 1) }),
            count(precision.n),
          ])}
        />
      </Stack>
    </Card>
  );
}

function spoken({ coverage, precision }: Trade): string {
  return `${percent(coverage)} · ${percent(precision.value, 1)}`;
}

/** The expected precision, and how many pictures it would tag alone. */
function Outcome({ chosen, facet }: { chosen: Trade; facet: FacetReport }) {
  const { t } = useTranslation(["models", "app"]);
  const left = useQuery(unlabelledQuery()).data ?? 0;
  const { coverage, precision } = chosen;
  const range = wilson(Math.min(coverage, 1), facet.n);
  const id = useId();
  return (
    <dl className={classes.figures} aria-live="polite" id={id}>
      <div>
        <dt>{t("tradeoff.expected")}</dt>
        <dd className="figures" data-testid="expected-precision">
          <Text component="span" fw={650} fz={28}>
            {percent(precision.value, 1)}
          </Text>
          <Text size="sm" c="dimmed">
            {t("app:figure.interval", {
              low: percent(precision.low, 1),
              high: percent(precision.high, 1),
              n: count(precision.n),
            })}
          </Text>
        </dd>
      </div>
      <div>
        <dt>{t(`tradeoff.would_${facet.kind}`)}</dt>
        <dd className="figures" data-testid="expected-coverage">
          <Text component="span" fw={650} fz={28}>
            {percent(coverage, 1)}
          </Text>
          {facet.kind === "one" && (
            <Text size="sm" c="dimmed">
              {t("tradeoff.pictures", {
                count: left,
                low: count(Math.round(range.low * left)),
                high: count(Math.round(range.high * left)),
                shown: count(left),
              })}
            </Text>
          )}
        </dd>
      </div>
    </dl>
  );
}
