import { Button, Kbd } from "@mantine/core";
import { IconChecks } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Empty } from "@/parts/Empty";
import { count } from "@/parts/numbers";
import { Nothing } from "../Nothing";
import type { Pile } from "../pile";
import type { Review } from "../useReview";
import { wordIn } from "@/parts/taxonomy";
import { beside, type Waits } from "./concepts";

interface Props {
  review: Review;
  concept: string;
  concepts: readonly Waits[];
  pile: Pile;
}

/** Nothing more waits for the concept: on to the next. */
export function Done({ review, concept, concepts, pile }: Props) {
  const { t } = useTranslation("review");
  const others = concepts.filter((each) => each.concept !== concept);
  const next = beside(concepts, concept, 1);
  const waits = others.find((each) => each.concept === next) ?? others[0];
  if (waits === undefined) return <Nothing review={review} again={() => void pile.renew()} />;
  const word = wordIn(review.tree, concept);
  const following = { word: wordIn(review.tree, waits.concept), shown: count(waits.pictures) };
  return (
    <Empty
      icon={IconChecks}
      title={t("empty.concept.title", { word })}
      text={t("empty.concept.text")}
    >
      <Button
        rightSection={<Kbd>{t("key.enter")}</Kbd>}
        onClick={() => review.choose({ concept: waits.concept })}
      >
        {t("empty.concept.next", following)}
      </Button>
    </Empty>
  );
}
