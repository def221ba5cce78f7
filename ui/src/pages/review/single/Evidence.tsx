import { Text } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { SimilarOut } from "@/api/schema";
import { percent } from "@/parts/numbers";
import { Picture } from "@/parts/Picture";
import { similarQuery } from "../queries";
import type { Review } from "../useReview";
import classes from "./Single.module.css";
import { wordIn } from "@/parts/taxonomy";

/** Who decides in a second needs no evidence: it is asked for only where somebody hesitates. */
const HESITATION = 350;
const SHOWN = 8;

interface Labelled {
  asset: string;
  concept: string;
  cosine: number;
}

/** Pictures that look like this one and already have a label. */
export function Evidence({ asset, review }: { asset: string; review: Review }) {
  const { t } = useTranslation("review");
  const [wanted] = useDebouncedValue(asset, HESITATION);
  const { data, isSuccess } = useQuery({
    ...similarQuery(wanted, review.taxonomy),
    placeholderData: keepPreviousData,
  });
  const labelled = labelledOf(data ?? [], review);
  const isOld = wanted !== asset;
  return (
    <div className={classes.evidence} data-old={isOld || undefined}>
      <Text size="xs" c="dimmed" fw={600} mb={6}>
        {t("evidence.title")}
      </Text>
      {isSuccess && labelled.length === 0 && (
        <Text size="sm" c="dimmed">
          {t("evidence.none")}
        </Text>
      )}
      <ul className={classes.neighbours}>
        {labelled.map((each) => {
          const word = wordIn(review.tree, each.concept);
          return (
            <li key={each.asset}>
              <div className={classes.neighbour}>
                <Picture
                  asset={each.asset}
                  box={160}
                  alt={t("evidence.picture", { word, alike: percent(each.cosine) })}
                />
              </div>
              <Text size="xs" truncate aria-hidden>
                {word}
              </Text>
            </li>
          );
        })}
      </ul>
    </div>
  );
}

function labelledOf(found: readonly SimilarOut[], review: Review): Labelled[] {
  return found
    .flatMap(({ asset, cosine }) => {
      const tag = asset.tags.find(
        (each) =>
          each.taxonomy === review.taxonomy &&
          each.facet === review.facet.id &&
          each.status === "confirmed",
      );
      return tag?.concept ? [{ asset: asset.id, concept: tag.concept, cosine }] : [];
    })
    .slice(0, SHOWN);
}
