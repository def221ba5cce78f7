import { Stack, TagsInput, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { ConceptOut } from "@/api/schema";
import type { Editing } from "../editing/useEditing";
import { languageName } from "../editing/useTelling";
import { tidy } from "../editing/words";

interface Props {
  concept: ConceptOut;
  editing: Editing;
  mayEdit: boolean;
}

/** Other words that find a concept, by language. */
export function Synonyms({ concept, editing, mayEdit }: Props) {
  const { t } = useTranslation("taxonomy");
  const own = editing.base.language;
  const languages = [
    ...new Set([own, ...Object.keys(concept.labels), ...concept.alt_labels.map(([tag]) => tag)]),
  ];
  const wordsIn = (language: string) =>
    concept.alt_labels.filter(([tag]) => tag === language).map(([, word]) => word);
  const set = (language: string, words: readonly string[]) =>
    editing.plan({
      op: "set_alt_labels",
      concept: concept.id,
      alt_labels: [
        ...concept.alt_labels.filter(([tag]) => tag !== language),
        ...words.map((word): [string, string] => [language, tidy(word)]),
      ],
    });
  if (!mayEdit) {
    const words = concept.alt_labels.map(([, word]) => word);
    return (
      <Stack gap={2}>
        <Text size="sm" c="dimmed">
          {t("words.synonyms")}
        </Text>
        <Text>{words.length === 0 ? t("words.noSynonyms") : words.join(", ")}</Text>
      </Stack>
    );
  }
  return languages.map((language, at) => (
    <TagsInput
      key={language}
      lang={language}
      label={
        languages.length === 1
          ? t("words.synonyms")
          : t("words.synonymsIn", { language: languageName(language) })
      }
      description={at === 0 ? t("words.synonymsAbout") : undefined}
      placeholder={wordsIn(language).length === 0 ? t("words.synonymsHint") : undefined}
      value={wordsIn(language)}
      onChange={(words) => set(language, words)}
    />
  ));
}
