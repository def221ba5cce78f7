import { Text } from "@mantine/core";
import { IconArrowRight, IconTag } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Picture } from "@/parts/Picture";
import { type Tree, wordIn } from "@/parts/taxonomy";
import type { Suspect } from "../wire";
import { evidenceOf, leaningOf } from "./show";
import classes from "./Work.module.css";

/** The nearest pictures that have a label, and for which of the two they speak. */
export function Evidence({ tree, item }: { tree: Tree; item: Suspect }) {
  const { t } = useTranslation("labels");
  const shown = evidenceOf(item);
  // Two labels on one picture are evidence enough.
  if (shown.length === 0) return null;
  return (
    <div className={classes.evidence}>
      <Text size="xs" c="dimmed" fw={600} mb={6}>
        {t("single.evidence")}
      </Text>
      <ul className={classes.neighbours}>
        {shown.map(({ asset, concept }) => {
          const leaning = leaningOf(item, concept);
          return (
            <li key={asset} data-leaning={leaning}>
              <div className={classes.neighbour}>
                <Picture
                  asset={asset}
                  box={320}
                  alt={t("single.neighbour", { word: wordIn(tree, concept) })}
                  eager
                />
              </div>
              <Text size="xs" fw={leaning === "other" ? 400 : 600} truncate aria-hidden>
                {leaning === "given" && <IconTag size={12} />}
                {leaning === "proposed" && <IconArrowRight size={12} />}
                {wordIn(tree, concept)}
              </Text>
            </li>
          );
        })}
      </ul>
    </div>
  );
}
