import { Stack, Switch, Textarea } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { ConceptOut } from "@/api/schema";
import { wordOf } from "@/parts/taxonomy";
import { Buttons } from "./Buttons";
import type { Reason } from "./draft";
import { splitInto } from "./plans";
import type { Editing } from "./useEditing";

interface Props {
  concept: ConceptOut;
  editing: Editing;
  close: () => void;
}

/** One concept becomes several; people say later which picture is which. */
export function SplitForm({ concept, editing, close }: Props) {
  const { t } = useTranslation("taxonomy");
  const [typed, setTyped] = useState("");
  const [keep, setKeep] = useState(true);
  const [failed, setFailed] = useState<Reason | null>(null);
  const into = typed
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);
  const send = (event: FormEvent) => {
    event.preventDefault();
    const reason = editing.plan(splitInto(editing.taxonomy, concept, into, keep));
    setFailed(reason);
    if (reason === null) close();
  };
  return (
    <form onSubmit={send}>
      <Stack gap="md">
        <Textarea
          data-autofocus
          autosize
          minRows={3}
          maxRows={10}
          label={t("ask.split.label")}
          description={t("ask.split.hint")}
          value={typed}
          error={failed && t(`reason.${failed}`)}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        <Switch
          checked={keep}
          onChange={(event) => setKeep(event.currentTarget.checked)}
          label={t("ask.split.keep", { concept: wordOf(concept) })}
          description={t("ask.split.keepAbout", { concept: wordOf(concept) })}
        />
      </Stack>
      <Buttons label={t("ask.split.do")} close={close} disabled={into.length < 2} />
    </form>
  );
}
