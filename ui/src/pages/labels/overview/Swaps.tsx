import { Button, Text } from "@mantine/core";
import { IconChevronRight } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "@/app/session";
import { Card } from "@/pages/models/Card";
import { count } from "@/parts/numbers";
import { wordIn } from "@/parts/taxonomy";
import { type Labels, only } from "../useLabels";
import type { FacetCheck } from "../wire";
import { swapsOf } from "./figures";
import classes from "./Overview.module.css";

const FEW = 10;

/** "T-shirt that looks like longsleeve: 23". */
export function Swaps({ labels, facet }: { labels: Labels; facet: FacetCheck }) {
  const { t } = useTranslation("labels");
  const [isWhole, setWhole] = useState(false);
  const mayReview = useMay("review");
  const swaps = swapsOf([facet]);
  const shown = isWhole ? swaps : swaps.slice(0, FEW);
  const most = swaps[0]?.count ?? 1;
  return (
    <Card title={t("swaps.title")} about={t("swaps.about")}>
      <ul className={classes.swaps}>
        {shown.map(({ given, proposed, count: found }) => {
          const words = {
            given: wordIn(labels.tree, given),
            proposed: proposed === null ? "" : wordIn(labels.tree, proposed),
          };
          const filter = only({ facet: facet.facet, given, proposed: proposed ?? undefined });
          return (
            <li key={`${given} ${proposed ?? ""}`}>
              <button
                type="button"
                className={classes.swap}
                disabled={!mayReview}
                onClick={() => labels.choose({ ...filter, view: "grid" }, true)}
              >
                <span className={classes.swapWords}>
                  {t(proposed === null ? "swaps.not" : "swaps.swap", words)}
                </span>
                <span
                  className={classes.swapBar}
                  style={{ width: `${(found / most) * 64}px` }}
                  aria-hidden
                />
                <Text component="span" fw={600} className="figures" miw={32} ta="right">
                  {count(found)}
                </Text>
                <IconChevronRight size={16} aria-hidden />
              </button>
            </li>
          );
        })}
      </ul>
      {swaps.length > FEW && (
        <Button size="compact-sm" variant="subtle" mt="xs" onClick={() => setWhole(!isWhole)}>
          {isWhole ? t("fewer") : t("all", { shown: count(swaps.length) })}
        </Button>
      )}
    </Card>
  );
}
