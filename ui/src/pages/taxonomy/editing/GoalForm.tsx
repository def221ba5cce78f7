import { Select, Stack, Text } from "@mantine/core";
import { type FormEvent, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { ConceptOut } from "@/api/schema";
import { pathOf, type Tree, wordOf } from "@/parts/taxonomy";
import { Buttons } from "./Buttons";
import type { Reason } from "./draft";
import type { Edit } from "./edits";
import type { Editing } from "./useEditing";

type Asked = "move" | "merge" | "retire";

interface Props {
  ask: Asked;
  concept: ConceptOut;
  editing: Editing;
  close: () => void;
}

/** Stands for "at the top of its facet", which is no concept. */
const TOP = "\u0000top";
const MOST = 40;

/** Another concept to move below, merge into, or be replaced by. */
export function GoalForm({ ask, concept, editing, close }: Props) {
  const { t } = useTranslation("taxonomy");
  const { tree } = editing;
  const [goal, setGoal] = useState<string | null>(null);
  const [failed, setFailed] = useState<Reason | null>(null);
  const goals = useMemo(() => goalsOf(tree, concept), [tree, concept]);
  const top = { value: TOP, label: t("ask.move.top") };
  const data = ask === "move" && concept.parent !== null ? [top, ...goals] : goals;
  const send = (event: FormEvent) => {
    event.preventDefault();
    const edit = editOf(ask, concept.id, goal);
    const reason = edit && editing.plan(edit);
    setFailed(reason);
    if (reason === null) close();
  };
  return (
    <form onSubmit={send}>
      <Stack gap="sm">
        <Text size="sm">{t(`ask.${ask}.about`, { concept: wordOf(concept) })}</Text>
        <Select
          data-autofocus
          searchable
          clearable={ask === "retire"}
          selectFirstOptionOnChange
          limit={MOST}
          data={data}
          value={goal}
          onChange={setGoal}
          label={t(`ask.${ask}.label`)}
          description={ask === "retire" ? t("ask.retire.hint") : undefined}
          error={failed && t(`reason.${failed}`)}
          nothingFoundMessage={t("app:concept.none")}
          comboboxProps={{ withinPortal: true }}
        />
      </Stack>
      <Buttons
        label={t(`ask.${ask}.do`)}
        close={close}
        disabled={ask !== "retire" && goal === null}
      />
    </form>
  );
}

function editOf(ask: Asked, concept: string, goal: string | null): Edit | null {
  if (ask === "retire") return { op: "deprecate", concept, replaced_by: goal };
  if (goal === null) return null;
  if (ask === "merge") return { op: "merge", concept, into: goal };
  return { op: "move", concept, parent: goal === TOP ? null : goal };
}

/** Every concept in use of the same facet that is not it and not below it, by its path. */
function goalsOf(tree: Tree, concept: ConceptOut): { value: string; label: string }[] {
  const below = new Set([concept.id]);
  for (const each of tree.taxonomy.concepts) {
    // In tree order, so that a parent is met before its children.
    if (each.parent !== null && below.has(each.parent)) below.add(each.id);
  }
  return tree.taxonomy.concepts
    .filter((each) => each.live && each.facet === concept.facet && !below.has(each.id))
    .map((each) => ({ value: each.id, label: pathOf(tree, each) }));
}
