import { useTranslation } from "react-i18next";
import { count, percent } from "@/parts/numbers";
import { Frame } from "@/parts/plots/Frame";
import type { FacetAlpha } from "../wire";
import classes from "./Alpha.module.css";
import { baseOf, bestOf, leftOutScale, scoreScale } from "./alpha";

/** Each share that was tried, against how often the held-out pictures were then right. */
export function TrialPlot({ facet }: { facet: FacetAlpha }) {
  const { t } = useTranslation("labels");
  const { trials } = facet;
  const best = bestOf(trials);
  const base = baseOf(trials);
  const x = leftOutScale(trials);
  const y = scoreScale([...trials.map(({ score }) => score), ...(base === null ? [] : [base])]);
  const down = (value: number) => `${100 - y.at(value)}%`;
  const label = t("alpha.plot", {
    n: count(trials.length),
    share: percent(best?.alpha ?? 0, 1),
    score: percent(best?.score ?? 0, 1),
  });
  return (
    <Frame x={x} y={y} label={label} across={t("alpha.share")} up={t("alpha.score")} height={220}>
      {base !== null && (
        <>
          <line className={classes.base} x1="0%" x2="100%" y1={down(base)} y2={down(base)} />
          <svg x="100%" y={down(base)} overflow="visible">
            <text className={classes.baseWord} x={-6} y={-6} textAnchor="end">
              {t("alpha.base")}
            </text>
          </svg>
        </>
      )}
      {trials.map((trial, at) => (
        <circle
          key={at}
          className={classes.trial}
          data-best={trial === best || undefined}
          cx={`${x.at(trial.alpha)}%`}
          cy={down(trial.score)}
          r={trial === best ? 7 : 4.5}
        />
      ))}
    </Frame>
  );
}
