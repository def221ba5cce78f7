import { Kbd, Text, UnstyledButton } from "@mantine/core";
import { IconCheck } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Probability } from "@/parts/Probability";
import { pathOf, type Tree, wordIn } from "@/parts/taxonomy";
import type { Choice } from "../choices";
import type { Suspect } from "../wire";
import type { Acts } from "./useActs";
import classes from "./Work.module.css";

interface Props {
  tree: Tree;
  item: Suspect;
  said: Choice | null;
  acts: Acts;
  isSure: boolean;
}

/** The given label beside the proposed one, each with its key. */
export function Options({ tree, item, said, acts, isSure }: Props) {
  const { t } = useTranslation("labels");
  const shows = isSure || said !== null;
  const given = wordIn(tree, item.given);
  const isCorrected =
    item.proposed === null
      ? said?.kind === "discard"
      : said?.kind === "correct" && said.concept === item.proposed;
  return (
    <ol className={classes.options}>
      <li>
        <Option
          number="1"
          shortcuts="1 k"
          does={t("single.keep")}
          word={given}
          above={aboveIn(tree, item.given)}
          isChosen={said?.kind === "keep"}
          press={acts.keep}
        >
          {shows && item.p_given !== null && <Probability p={item.p_given} />}
        </Option>
      </li>
      <li>
        <Option
          number="2"
          shortcuts="2 c Enter"
          does={t(item.proposed === null ? "single.takeOff" : "single.correct")}
          word={item.proposed === null ? t("single.not", { given }) : wordIn(tree, item.proposed)}
          above={item.proposed === null ? "" : aboveIn(tree, item.proposed)}
          isChosen={isCorrected}
          isFirst
          press={acts.correct}
        >
          {shows && item.p_proposed !== null && <Probability p={item.p_proposed} />}
        </Option>
      </li>
    </ol>
  );
}

interface OptionProps {
  number: string;
  shortcuts: string;
  does: string;
  word: string;
  above: string;
  isChosen: boolean;
  isFirst?: boolean;
  press: () => void;
  children: ReactNode;
}

function Option(props: OptionProps) {
  const { number, shortcuts, does, word, above, isChosen, isFirst, press, children } = props;
  return (
    <UnstyledButton
      className={classes.option}
      data-first={isFirst || undefined}
      data-chosen={isChosen || undefined}
      aria-keyshortcuts={shortcuts}
      onClick={press}
    >
      <Kbd className={classes.key}>{number}</Kbd>
      <span className={classes.optionWords}>
        <Text component="span" size="xs" c="dimmed">
          {does}
        </Text>
        <Text component="span" fw={600} lh={1.25} truncate>
          {word}
        </Text>
        {above && (
          <Text component="span" size="xs" c="dimmed" truncate>
            {above}
          </Text>
        )}
      </span>
      {children}
      {isChosen && <IconCheck size={18} aria-hidden />}
    </UnstyledButton>
  );
}

/** The path above a concept, or nothing. */
function aboveIn(tree: Tree, concept: string): string {
  const parent = tree.byId.get(tree.byId.get(concept)?.parent ?? "");
  return parent === undefined ? "" : pathOf(tree, parent);
}
