import { SegmentedControl, Stack, Text, Textarea } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { wordOf } from "@/parts/taxonomy";
import { Buttons } from "./Buttons";
import type { Question } from "./dialogs";
import type { Reason } from "./draft";
import { type Edit, foreseen } from "./edits";
import { additions } from "./plans";
import type { Editing } from "./useEditing";

interface Props {
  question: Extract<Question, { ask: "add" }>;
  editing: Editing;
  close: () => void;
}

type Where = "below" | "beside";

/** New concepts, one a line. */
export function AddForm({ question, editing, close }: Props) {
  const { t } = useTranslation("taxonomy");
  const [where, setWhere] = useState<Where>("below");
  const [typed, setTyped] = useState("");
  const [failed, setFailed] = useState<Reason | null>(null);
  const parent = where === "below" ? question.below : question.beside;
  const labels = typed.split("\n").filter((line) => line.trim());
  const send = (event: FormEvent) => {
    event.preventDefault();
    const edits = additions(editing.taxonomy, question.facet, parent, labels);
    const reason = planned(editing, edits);
    setFailed(reason);
    if (reason === null) close();
  };
  return (
    <form onSubmit={send}>
      <Stack gap="sm">
        {question.below !== null && (
          <SegmentedControl
            value={where}
            onChange={(value) => setWhere(value as Where)}
            data={[
              {
                value: "below",
                label: t("ask.add.below", { place: nameIn(editing, question.below) }),
              },
              {
                value: "beside",
                label:
                  question.beside === null
                    ? t("ask.add.top")
                    : t("ask.add.below", { place: nameIn(editing, question.beside) }),
              },
            ]}
            aria-label={t("ask.add.where")}
          />
        )}
        <Textarea
          data-autofocus
          autosize
          minRows={2}
          maxRows={10}
          label={t("ask.add.label")}
          description={t("ask.add.hint")}
          value={typed}
          error={failed && t(`reason.${failed}`)}
          onChange={(event) => setTyped(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== "Enter" || event.shiftKey) return;
            event.preventDefault();
            event.currentTarget.form?.requestSubmit();
          }}
        />
        <Text size="xs" c="dimmed">
          {t("ask.add.keys")}
        </Text>
      </Stack>
      <Buttons
        label={t("ask.add.do", { count: Math.max(labels.length, 1), n: labels.length })}
        close={close}
        disabled={labels.length === 0}
      />
    </form>
  );
}

/** All of them, or none and the reason. */
function planned(editing: Editing, edits: readonly Edit[]): Reason | null {
  const steps = foreseen(
    editing.taxonomy,
    edits.map((edit, at) => ({ key: String(at), edit })),
  ).steps;
  const wrong = steps.find((step) => step.misfit !== null)?.misfit ?? null;
  if (wrong === null) editing.plan(...edits);
  return wrong;
}

function nameIn(editing: Editing, id: string): string {
  const concept = editing.tree.byId.get(id);
  return concept === undefined ? id : wordOf(concept);
}
