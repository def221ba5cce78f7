import { NavLink, ScrollArea, Select, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { count } from "@/parts/numbers";
import type { Labels } from "../useLabels";
import { type FacetSwap, idOfSwap } from "./swaps";
import { useSwapWords } from "./words";
import classes from "./Work.module.css";

interface Props {
  labels: Labels;
  swaps: readonly FacetSwap[];
  swap: FacetSwap;
}

/** Which swap to go through, and how many there are of each. */
export function SwapList({ labels, swaps, swap }: Props) {
  const { t } = useTranslation("labels");
  const words = useSwapWords(labels.tree);
  const here = idOfSwap(swap);
  const isListed = swaps.some((each) => idOfSwap(each) === here);
  const shown = isListed ? swaps : [swap, ...swaps];
  const choose = ({ facet, given, proposed }: FacetSwap) =>
    labels.choose({ facet, given, proposed: proposed ?? undefined });
  return (
    <>
      <nav className={classes.list} aria-label={t("grid.list")}>
        <Text size="xs" fw={600} c="dimmed" mb={6} px={10}>
          {t("grid.list")}
        </Text>
        <ScrollArea className={classes.listScroll} type="auto" offsetScrollbars="y">
          {shown.map((each) => (
            <NavLink
              key={idOfSwap(each)}
              component="button"
              label={words(each)}
              active={idOfSwap(each) === here}
              aria-current={idOfSwap(each) === here ? "true" : undefined}
              className={classes.listItem}
              rightSection={
                <Text size="sm" c="dimmed" className="figures">
                  {count(each.count)}
                </Text>
              }
              onClick={() => choose(each)}
            />
          ))}
        </ScrollArea>
      </nav>
      <Select
        className={classes.listSelect}
        aria-label={t("grid.list")}
        value={here}
        allowDeselect={false}
        data={shown.map((each) => ({
          value: idOfSwap(each),
          label: t("grid.option", { swap: words(each), shown: count(each.count) }),
        }))}
        onChange={(chosen) => {
          const found = shown.find((each) => idOfSwap(each) === chosen);
          if (found !== undefined) choose(found);
        }}
      />
    </>
  );
}
