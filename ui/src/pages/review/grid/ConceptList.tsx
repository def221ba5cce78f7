import { NavLink, ScrollArea, Select, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { count } from "@/parts/numbers";
import type { Review } from "../useReview";
import { wordIn } from "@/parts/taxonomy";
import type { Waits } from "./concepts";
import classes from "./Grid.module.css";

interface Props {
  review: Review;
  concepts: readonly Waits[];
  concept: string;
}

/** Which suggested tag to go through, and how much waits for each. */
export function ConceptList({ review, concepts, concept }: Props) {
  const { t } = useTranslation("review");
  const { tree, choose } = review;
  const known = concepts.some((each) => each.concept === concept);
  const shown = known ? concepts : [{ concept, pictures: 0 }, ...concepts];
  return (
    <>
      <nav className={classes.list} aria-label={t("list.title")}>
        <Text size="xs" fw={600} c="dimmed" mb={6} px={10}>
          {t("list.title")}
        </Text>
        <ScrollArea className={classes.listScroll} type="auto" offsetScrollbars="y">
          {shown.map((each) => (
            <NavLink
              key={each.concept}
              component="button"
              label={wordIn(tree, each.concept)}
              active={each.concept === concept}
              aria-current={each.concept === concept ? "true" : undefined}
              className={classes.listItem}
              rightSection={
                <Text size="sm" c="dimmed" className="figures">
                  {count(each.pictures)}
                </Text>
              }
              onClick={() => choose({ concept: each.concept })}
            />
          ))}
        </ScrollArea>
      </nav>
      <Select
        className={classes.listSelect}
        aria-label={t("list.choose")}
        value={concept}
        allowDeselect={false}
        searchable
        data={shown.map((each) => ({
          value: each.concept,
          label: t("list.option", {
            word: wordIn(tree, each.concept),
            shown: count(each.pictures),
          }),
        }))}
        onChange={(chosen) => choose({ concept: chosen ?? concept })}
      />
    </>
  );
}
