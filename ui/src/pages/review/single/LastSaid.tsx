import { Button, Group, Text } from "@mantine/core";
import {
  IconArrowBackUp,
  IconCheck,
  IconCircleOff,
  IconPlayerSkipForward,
  IconX,
} from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { percent } from "@/parts/numbers";
import { Picture } from "@/parts/Picture";
import type { Sheet } from "../desk";
import type { Choice } from "../options";
import type { Review } from "../useReview";
import classes from "./Single.module.css";
import { useSaid } from "./words";
import { wordIn } from "@/parts/taxonomy";

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
  const { t } = useTranslation("review");
  const said = useSaid(review.tree);
  if (sheet.said === null) return null;
  const { choice } = sheet.said;
  const Sign = SIGNS[choice.kind];
  return (
    <Group gap="sm" wrap="nowrap" className={classes.said} data-kind={choice.kind}>
      <div className={classes.saidPicture}>
        <Picture asset={sheet.item.asset} box={160} alt="" eager />
      </div>
      <Sign size={18} aria-hidden className={classes.saidSign} />
      <div className={classes.saidWords}>
        <Text size="sm" fw={600} truncate>
          <span className="visually-hidden">{t("answered", { said: "" })}</span>
          {said(choice)}
        </Text>
        <Machine sheet={sheet} review={review} />
      </div>
      <Button
        size="compact-sm"
        variant="subtle"
        leftSection={<IconArrowBackUp size={16} aria-hidden />}
        onClick={undo}
        aria-keyshortcuts="u"
      >
        {t("undo")}
      </Button>
    </Group>
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
