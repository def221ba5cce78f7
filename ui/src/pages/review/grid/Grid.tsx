import { IconChartDots3 } from "@tabler/icons-react";
import { Button } from "@mantine/core";
import type { CSSProperties } from "react";
import { useTranslation } from "react-i18next";
import { Empty } from "@/parts/Empty";
import { Loading } from "@/parts/Loading";
import { Nothing } from "../Nothing";
import type { Pile } from "../pile";
import type { Review } from "../useReview";
import { ConceptList } from "./ConceptList";
import { conceptsOf, type Waits } from "./concepts";
import classes from "./Grid.module.css";
import { Sheet } from "./Sheet";
import { usePile } from "./usePile";
import { usePageSize } from "@/parts/answers/usePageSize";

/** One suggested tag at a time, over many pictures. */
export function Grid({ review }: { review: Review }) {
  const concepts = conceptsOf(review);
  const concept = review.concept ?? concepts[0]?.concept;
  const [place, size] = usePageSize();
  const pile = usePile(review, concept, size?.pictures);
  const body = concept === undefined ? null : { concept, concepts };
  return (
    <div
      ref={place}
      className={body ? classes.grid : classes.without}
      style={{ "--columns": size?.columns ?? 3 } as CSSProperties}
    >
      {body === null ? <Without review={review} /> : <Work review={review} {...body} pile={pile} />}
    </div>
  );
}

interface WorkProps {
  review: Review;
  concept: string;
  concepts: readonly Waits[];
  pile: Pile | null;
}

function Work({ review, concept, concepts, pile }: WorkProps) {
  return (
    <>
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
    </>
  );
}

function Without({ review }: { review: Review }) {
  const { t } = useTranslation("review");
  if (review.waiting.model === null && review.kind === "uncertain") {
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
  return <Nothing review={review} again={() => undefined} />;
}
