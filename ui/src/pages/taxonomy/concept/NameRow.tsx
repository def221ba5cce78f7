import { ActionIcon, Button, Group, Table, Text, TextInput } from "@mantine/core";
import { IconPencil } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Reason } from "../editing/draft";
import { languageName } from "../editing/useTelling";

interface NameProps {
  language: string;
  word: string;
  mayEdit: boolean;
  rename: (label: string) => Reason | null;
}

/** A name in one language, and the field that changes it. */
export function NameRow({ language, word, mayEdit, rename }: NameProps) {
  const { t } = useTranslation(["taxonomy", "app"]);
  const [typed, setTyped] = useState<string | null>(null);
  const [failed, setFailed] = useState<Reason | null>(null);
  const name = languageName(language);
  const send = () => {
    const label = typed?.trim();
    const reason = label && label !== word ? rename(label) : null;
    setFailed(reason);
    if (reason === null) setTyped(null);
  };
  return (
    <Table.Tr>
      <Table.Th w={130} fw={400} c="dimmed" fz="sm" scope="row">
        {name}
      </Table.Th>
      <Table.Td>
        {typed === null ? (
          <Group gap={4}>
            <Text lang={language}>{word}</Text>
            {mayEdit && (
              <ActionIcon
                variant="subtle"
                color="gray"
                aria-label={t("words.rename", { language: name, word })}
                onClick={() => setTyped(word)}
              >
                <IconPencil size={16} />
              </ActionIcon>
            )}
          </Group>
        ) : (
          <form
            onSubmit={(event) => {
              event.preventDefault();
              send();
            }}
          >
            <Group gap={6} align="flex-start" wrap="nowrap">
              <TextInput
                size="xs"
                flex={1}
                autoFocus
                lang={language}
                value={typed}
                aria-label={t("words.nameIn", { language: name })}
                error={failed && t(`reason.${failed}`)}
                onChange={(event) => setTyped(event.currentTarget.value)}
                onKeyDown={(event) => event.key === "Escape" && setTyped(null)}
              />
              <Button size="xs" type="submit">
                {t("words.take")}
              </Button>
            </Group>
          </form>
        )}
      </Table.Td>
    </Table.Tr>
  );
}
