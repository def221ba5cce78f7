import { ActionIcon, Alert, Button, Group, Select, Stack, Text, TextInput } from "@mantine/core";
import { IconAlertTriangle, IconX } from "@tabler/icons-react";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { ConceptOut } from "@/api/schema";
import type { Editing } from "../editing/useEditing";
import { languageName } from "../editing/useTelling";
import { languageChoices } from "./languages";
import { useVocabulary } from "./useVocabulary";

interface Props {
  concept: ConceptOut;
  editing: Editing;
  mayEdit: boolean;
}

/** What the house calls a concept of a shared taxonomy. In force at once: no picture changes. */
export function OwnWords({ concept, editing, mayEdit }: Props) {
  const { t } = useTranslation("taxonomy");
  const { words, put, isPending, late } = useVocabulary(editing.base.name);
  const inForce = editing.base.concepts.some((each) => each.id === concept.id);
  if (!inForce || words === undefined) return null;
  const own = words.filter((each) => each.concept === concept.id);
  if (!mayEdit && own.length === 0) return null;
  return (
    <Stack gap={4}>
      <Text size="sm" fw={500}>
        {t("own.title")}
      </Text>
      <Text size="xs" c="dimmed">
        {t("own.about")}
      </Text>
      {own.map((each) => (
        <Group key={`${each.language}:${each.word}`} gap={6}>
          <Text lang={each.language}>{each.word}</Text>
          <Text size="sm" c="dimmed">
            {languageName(each.language)}
          </Text>
          {mayEdit && (
            <ActionIcon
              variant="subtle"
              color="gray"
              disabled={isPending}
              aria-label={t("own.remove", { word: each.word })}
              onClick={() => void put(words.filter((other) => other !== each))}
            >
              <IconX size={16} />
            </ActionIcon>
          )}
        </Group>
      ))}
      {late && (
        <Alert color="yellow" icon={<IconAlertTriangle />} title={t("impact.late.title")}>
          {t("own.late")}
        </Alert>
      )}
      {mayEdit && (
        <AddWord
          language={editing.base.language}
          isPending={isPending}
          add={(language, word) => put([{ concept: concept.id, language, word }, ...words])}
        />
      )}
    </Stack>
  );
}

interface AddProps {
  language: string;
  isPending: boolean;
  add: (language: string, word: string) => Promise<boolean>;
}

function AddWord({ language: first, isPending, add }: AddProps) {
  const { t } = useTranslation("taxonomy");
  const [word, setWord] = useState("");
  const [language, setLanguage] = useState(first);
  const send = async (event: FormEvent) => {
    event.preventDefault();
    if (await add(language, word)) setWord("");
  };
  return (
    <form onSubmit={(event) => void send(event)}>
      <Group gap={6} align="flex-end" mt={4}>
        <TextInput
          size="xs"
          flex={1}
          miw={140}
          value={word}
          aria-label={t("own.word")}
          placeholder={t("own.word")}
          onChange={(event) => setWord(event.currentTarget.value)}
        />
        <Select
          size="xs"
          w={130}
          searchable
          allowDeselect={false}
          data={languageChoices([first], [])}
          value={language}
          onChange={(value) => setLanguage(value ?? first)}
          aria-label={t("words.language")}
        />
        <Button
          size="xs"
          type="submit"
          variant="default"
          loading={isPending}
          disabled={!word.trim()}
        >
          {t("own.use")}
        </Button>
      </Group>
    </form>
  );
}
