import { Group, Progress as Bar, Text, Tooltip } from "@mantine/core";
import { IconCircleCheck, IconTarget } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { count, percent } from "@/parts/numbers";
import { wordOf } from "@/parts/taxonomy";
import type { Outbox } from "@/parts/answers/outbox";
import type { Goal } from "../promise";
import classes from "../Review.module.css";
import { type Sitting, wilson } from "../sitting";
import type { Review } from "../useReview";
import { Learn } from "./Learn";
import { useGoal, useSitting } from "./useGoal";

interface Props {
  review: Review;
  outbox: Outbox;
}

/** What the answers are for, how the sitting goes, and learning from them. */
export function Progress({ review, outbox }: Props) {
  const sitting = useSitting(review.taxonomy);
  const { goal, answers, isWorthLearning } = useGoal(review, sitting);
  return (
    <div className={classes.progress}>
      <div className={classes.goal}>
        {goal && <GoalLine goal={goal} review={review} answers={answers} />}
      </div>
      <SittingLine sitting={sitting} />
      <Learn review={review} outbox={outbox} answers={answers} isWorth={isWorthLearning} />
    </div>
  );
}

function GoalLine({ goal, review, answers }: { goal: Goal; review: Review; answers: number }) {
  const { t } = useTranslation("review");
  const { tree, facet } = review;
  const concept = "concept" in goal ? tree.byId.get(goal.concept ?? "") : undefined;
  const word = concept === undefined ? facet.label : wordOf(concept);
  const number = "more" in goal ? goal.more : "tags" in goal ? goal.tags : 0;
  const Sign = goal.kind === "kept" || goal.kind === "enough" ? IconCircleCheck : IconTarget;
  const needed = goal.kind === "automatic" && goal.concept === null ? goal.more + answers : null;
  return (
    <Group gap={8} wrap="nowrap">
      <Sign size={18} aria-hidden className={classes.goalSign} />
      <div>
        <Text size="sm" fw={550} lh={1.3}>
          {t(`goal.${goal.kind}`, { word, count: number, shown: count(number) })}
        </Text>
        {needed !== null && <Bar value={(answers / needed) * 100} size={4} mt={4} aria-hidden />}
      </div>
    </Group>
  );
}

function SittingLine({ sitting }: { sitting: Sitting }) {
  const { t } = useTranslation("review");
  const { answers, pace, judged, right } = sitting;
  if (answers === 0) return null;
  return (
    <Group
      gap={12}
      className={`figures ${classes.sitting}`}
      aria-label={t("sitting.title")}
      role="group"
    >
      <Text size="sm">{t("sitting.answers", { count: answers, shown: count(answers) })}</Text>
      {pace !== null && (
        <Text size="sm" c="dimmed" visibleFrom="sm">
          {t("sitting.pace", { pace: count(Math.round(pace)) })}
        </Text>
      )}
      {judged > 0 && <RightLine right={right} judged={judged} />}
    </Group>
  );
}

function RightLine({ right, judged }: { right: number; judged: number }) {
  const { t } = useTranslation("review");
  const { low, high } = wilson(right, judged);
  const interval = `${percent(low)} – ${percent(high)}`;
  const explained = t("sitting.interval", { low: percent(low), high: percent(high) });
  return (
    <Tooltip label={explained} multiline maw={260}>
      <Text size="sm" c="dimmed" visibleFrom="sm">
        {t("sitting.right", { right: count(right), judged: count(judged) })} ({interval})
      </Text>
    </Tooltip>
  );
}
