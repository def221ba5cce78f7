import { Modal } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { wordOf } from "@/parts/taxonomy";
import { AddForm } from "./AddForm";
import type { Ask, Question } from "./dialogs";
import { FacetForm } from "./FacetForm";
import { GoalForm } from "./GoalForm";
import { SplitForm } from "./SplitForm";
import type { Editing } from "./useEditing";

interface Props {
  question: Question | null;
  ask: Ask;
  editing: Editing;
}

/** The questions that a change of the tree asks before it is planned. */
export function Dialogs({ question, ask, editing }: Props) {
  const { t } = useTranslation("taxonomy");
  const close = () => ask(null);
  const concept =
    question !== null && "concept" in question
      ? editing.tree.byId.get(question.concept)
      : undefined;
  return (
    <Modal
      opened={question !== null}
      onClose={close}
      title={question && t(`ask.${question.ask}.title`, { concept: concept && wordOf(concept) })}
      closeButtonProps={{ "aria-label": t("app:close") }}
      centered
    >
      {question?.ask === "add" && <AddForm question={question} editing={editing} close={close} />}
      {question?.ask === "facet" && <FacetForm editing={editing} close={close} />}
      {concept && question?.ask === "split" && (
        <SplitForm concept={concept} editing={editing} close={close} />
      )}
      {concept && (question?.ask === "move" || question?.ask === "merge") && (
        <GoalForm ask={question.ask} concept={concept} editing={editing} close={close} />
      )}
      {concept && question?.ask === "retire" && (
        <GoalForm ask="retire" concept={concept} editing={editing} close={close} />
      )}
    </Modal>
  );
}
