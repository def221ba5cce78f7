import { SegmentedControl, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Review } from "../useReview";
import { wordIn } from "@/parts/taxonomy";
import classes from "./Grid.module.css";

export function Head({ review, concept }: { review: Review; concept: string }) {
  const { t } = useTranslation("review");
  const { kind, order, choose, tree } = review;
  return (
    <div className={classes.head}>
      <div className={classes.headWords}>
        <Title order={2} size="h4" id="question">
          {t(`ask.${kind}`, { word: wordIn(tree, concept) })}
        </Title>
        <Text size="sm" c="dimmed" className={classes.hint}>
          {t("ask.hint")}
        </Text>
      </div>
      {kind === "uncertain" && (
        <SegmentedControl
          size="xs"
          aria-label={t("order.label")}
          value={order}
          onChange={(chosen) => choose({ order: chosen, concept })}
          data={[
            { value: "surest" as const, label: t("order.surest") },
            { value: "doubtful" as const, label: t("order.doubtful") },
          ]}
        />
      )}
    </div>
  );
}
