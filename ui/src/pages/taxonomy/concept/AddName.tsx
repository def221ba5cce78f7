import { Button, Group, Select, TextInput } from "@mantine/core";
import { IconLanguage } from "@tabler/icons-react";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { ConceptOut } from "@/api/schema";
import type { Reason } from "../editing/draft";
import type { Editing } from "../editing/useEditing";
import { languageChoices } from "./languages";

/** A name in one more language. */
export function AddName({ concept, editing }: { concept: ConceptOut; editing: Editing }) {
  const { t } = useTranslation("taxonomy");
  const known = [editing.base.language, ...Object.keys(concept.labels)];
  const used = editing.base.concepts.flatMap((each) => Object.keys(each.labels));
  const choices = languageChoices(used, known);
  const [open, setOpen] = useState(false);
  const [picked, setPicked] = useState<string | null>(null);
  const [word, setWord] = useState("");
  const [failed, setFailed] = useState<Reason | null>(null);
  const language = picked ?? choices[0]?.value ?? null;
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (language === null) return;
    const reason = editing.plan({ op: "rename", concept: concept.id, label: word, language });
    setFailed(reason);
    if (reason !== null) return;
    setOpen(false);
    setWord("");
    setPicked(null);
  };
  if (!open) {
    return (
      <Button
        size="compact-sm"
        variant="subtle"
        w="fit-content"
        leftSection={<IconLanguage size={16} aria-hidden />}
        onClick={() => setOpen(true)}
      >
        {t("words.addLanguage")}
      </Button>
    );
  }
  return (
    <form onSubmit={send}>
      <Group gap={6} align="flex-end">
        <Select
          size="xs"
          searchable
          data={choices}
          value={language}
          onChange={setPicked}
          label={t("words.language")}
        />
        <TextInput
          size="xs"
          autoFocus
          flex={1}
          miw={140}
          value={word}
          label={t("words.name")}
          error={failed && t(`reason.${failed}`)}
          onChange={(event) => setWord(event.currentTarget.value)}
        />
        <Button size="xs" type="submit" disabled={!word.trim()}>
          {t("words.take")}
        </Button>
      </Group>
    </form>
  );
}
