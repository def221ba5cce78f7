import { Kbd, Text, UnstyledButton } from "@mantine/core";
import { IconCheck } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Probability } from "@/parts/Probability";
import { pathOf } from "@/parts/taxonomy";
import type { Sheet } from "../desk";
import type { Option } from "../options";
import type { Review } from "../useReview";
import classes from "./Single.module.css";
import type { Acts } from "./useActs";
import { wordIn } from "@/parts/taxonomy";

interface Props {
  review: Review;
  sheet: Sheet;
  options: readonly Option[];
  acts: Acts;
  isSure: boolean;
}

/** The suggestions, each with its number key. */
export function Options({ review, sheet, options, acts, isSure }: Props) {
  const { said } = sheet;
  const answered = said?.choice.kind === "is" ? said.choice.concepts : acts.chosen;
  // A concept found by its word, where several fit, stands below the suggestions.
  const found = answered.filter((each) => !options.some(({ concept }) => concept === each));
  const shown = [...options, ...found.map((concept) => ({ concept, p: null, isGiven: false }))];
  return (
    <ol className={classes.options}>
      {shown.map((option, place) => (
        <li key={option.concept}>
          <OptionButton
            option={option}
            number={place < options.length ? place + 1 : null}
            review={review}
            isChosen={answered.includes(option.concept)}
            isSure={isSure || said !== null}
            pick={() => acts.pick(option.concept)}
          />
        </li>
      ))}
    </ol>
  );
}

interface OptionProps {
  option: Option;
  number: number | null;
  review: Review;
  isChosen: boolean;
  isSure: boolean;
  pick: () => void;
}

function OptionButton({ option, number, review, isChosen, isSure, pick }: OptionProps) {
  const { t } = useTranslation("review");
  const { tree, facet } = review;
  const concept = tree.byId.get(option.concept);
  const above = concept?.parent ? tree.byId.get(concept.parent) : undefined;
  return (
    <UnstyledButton
      className={classes.option}
      data-first={number === 1 || undefined}
      data-chosen={isChosen || undefined}
      aria-pressed={facet.kind === "any" ? isChosen : undefined}
      aria-keyshortcuts={number === null ? undefined : String(number)}
      onClick={pick}
    >
      {number !== null && <Kbd className={classes.key}>{number}</Kbd>}
      <span className={classes.optionWords}>
        <Text component="span" fw={600} lh={1.25} truncate>
          {wordIn(tree, option.concept)}
        </Text>
        {(above || option.isGiven) && (
          <Text component="span" size="xs" c="dimmed" truncate>
            {option.isGiven ? t("given") : above && pathOf(tree, above)}
          </Text>
        )}
      </span>
      {isSure && option.p !== null && <Probability p={option.p} />}
      {isChosen && <IconCheck size={18} aria-hidden />}
    </UnstyledButton>
  );
}
