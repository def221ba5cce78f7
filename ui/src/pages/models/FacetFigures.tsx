import { useTranslation } from "react-i18next";
import { Figure } from "@/parts/Figure";
import { Card } from "./Card";
import classes from "./Models.module.css";
import { type FacetReport, isKnown } from "./report";

const FIGURES = [
  "top1",
  "top3",
  "mean_average_precision",
  "macro_f1",
  "coverage",
  "precision",
  "coverage_leaf",
  "precision_leaf",
] as const;

/** The figures of one facet that sum it up, each with its interval and n. */
export function FacetFigures({ facet }: { facet: FacetReport }) {
  const { t } = useTranslation("models");
  return (
    <Card title={t("figures.title")} about={t("figures.about", { count: facet.n })}>
      <dl className={classes.figures}>
        {FIGURES.flatMap((name) => {
          const figure = facet[name];
          if (!isKnown(figure)) return [];
          return [
            <div key={name}>
              <dt>{t(`figures.${name}`)}</dt>
              <dd>
                <Figure of={figure} size="xl" />
              </dd>
            </div>,
          ];
        })}
      </dl>
    </Card>
  );
}
