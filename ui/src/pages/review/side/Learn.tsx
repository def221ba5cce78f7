import { Button } from "@mantine/core";
import { IconSchool } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useMay } from "@/app/session";
import { count } from "@/parts/numbers";
import type { Outbox } from "@/parts/answers/outbox";
import classes from "../Review.module.css";
import type { Review } from "../useReview";
import { isBusy as isAtWork } from "@/parts/learning/learning";
import { Outcome } from "@/parts/learning/Outcome";
import { useLearning } from "@/parts/learning/useLearning";

interface Props {
  review: Review;
  outbox: Outbox;
  answers: number;
  isWorth: boolean;
}

/** "Learn from 52 answers", how far it is, and what came of it. */
export function Learn({ review, outbox, answers, isWorth }: Props) {
  const { t } = useTranslation("review");
  const mayTrain = useMay("train");
  const { learning, isSending, start, dismiss } = useLearning(review.taxonomy, outbox);
  const isBusy = isAtWork(learning);
  return (
    <>
      {mayTrain && !isBusy && answers > 0 && (
        <Button
          size="compact-sm"
          variant={isWorth ? "filled" : "default"}
          leftSection={<IconSchool size={18} aria-hidden />}
          loading={isSending}
          onClick={start}
          className={classes.learn}
          data-worth={isWorth || undefined}
        >
          {t("learn.button", { count: answers, shown: count(answers) })}
        </Button>
      )}
      {learning.kind !== "idle" && (
        <Outcome learning={learning} taxonomy={review.taxonomy} dismiss={isBusy ? null : dismiss} />
      )}
    </>
  );
}
