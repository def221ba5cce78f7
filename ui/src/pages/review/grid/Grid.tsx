import { IconChartDots3 } from "@tabler/icons-react";
import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Empty } from "@/parts/Empty";
import { Loading } from "@/parts/Loading";
import { Nothing } from "../Nothing";
import type { Review } from "../useReview";
import { ConceptList } from "./ConceptList";
import { conceptsOf } from "./concepts";
import classes from "./Grid.module.css";
import { Sheet } from "./Sheet";
import { usePile } from "./usePile";
import { usePageSize } from "./usePageSize";

/** One suggested tag at a time, over many pictures. */
export function Grid({ review }: { review: Review }) {
  const { t } = useTranslation("review");
  const concepts = conceptsOf(review);
  const concept = review.concept ?? concepts[0]?.concept;
  const size = usePageSize();
  const pile = usePile(review, concept, size);
  if (concept === undefined && review.waiting.model === null && review.kind === "uncertain") {
    return (
      <Empty
        icon={IconChartDots3}
        title={t("empty.noPictures.title")}
        text={t("empty.noPictures.text")}
      >
        <Button onClick={() => review.choose({ mode: "single" })}>
          {t("empty.noPictures.button")}
        </Button>
      </Empty>
    );
  }
  if (concept === undefined) return <Nothing review={review} again={() => undefined} />;
  return (
    <div className={classes.grid}>
      <ConceptList review={review} concepts={concepts} concept={concept} />
      {pile === null ? (
        <Loading />
      ) : (
        <Sheet
          key={`${review.kind} ${concept} ${review.order}`}
          review={review}
          concept={concept}
          concepts={concepts}
          pile={pile}
        />
      )}
    </div>
  );
}
