import { Text } from "@mantine/core";
import { IconCheck, IconCircleOff, IconPlayerSkipForward, IconX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { LastSaid as Last } from "@/parts/answers/LastSaid";
import { percent } from "@/parts/numbers";
import { wordIn } from "@/parts/taxonomy";
import type { Sheet } from "../desk";
import type { Choice } from "../options";
import type { Review } from "../useReview";
import { useSaid } from "./words";

interface Props {
  sheet: Sheet;
  review: Review;
  undo: () => void;
}

const SIGNS: Record<Choice["kind"], typeof IconCheck> = {
  is: IconCheck,
  not: IconX,
  none: IconCircleOff,
  skip: IconPlayerSkipForward,
};

/** The answer given last, what the machine had thought, and the way back. */
export function LastSaid({ sheet, review, undo }: Props) {
  const said = useSaid(review.tree);
  if (sheet.said === null) return null;
  const { choice } = sheet.said;
  return (
    <Last
      asset={sheet.item.asset}
      icon={SIGNS[choice.kind]}
      isYes={choice.kind === "is"}
      said={said(choice)}
      undo={undo}
    >
      <Machine sheet={sheet} review={review} />
    </Last>
  );
}

/** The machine's percentage, now that it can sway nobody. */
function Machine({ sheet, review }: { sheet: Sheet; review: Review }) {
  const { t } = useTranslation("review");
  const guess = sheet.item.suggestions.find(({ facet }) => facet === review.facet.id);
  if (guess?.p == null) return null;
  return (
    <Text size="xs" c="dimmed" truncate className="figures">
      {t("machine", { word: wordIn(review.tree, guess.concept), p: percent(guess.p) })}
    </Text>
  );
}
