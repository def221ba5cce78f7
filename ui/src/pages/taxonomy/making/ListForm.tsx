import { Stack, Text, Textarea } from "@mantine/core";
import i18next from "i18next";
import { type KeyboardEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { count } from "@/parts/numbers";
import { type Kind, KindChoice } from "../editing/KindChoice";
import { LanguageSelect } from "./LanguageSelect";
import { MakeButton } from "./MakeButton";
import { listed } from "./making";
import type { Making } from "./useMaking";

/** A list that is typed or pasted, indented where one is below another. */
export function ListForm({ making, free }: { making: Making; free: boolean }) {
  const { t } = useTranslation("taxonomy");
  const [typed, setTyped] = useState("");
  const [kind, setKind] = useState<Kind>("one");
  const [language, setLanguage] = useState(i18next.language);
  const { text, concepts, levels } = listed(typed);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        making.write({ body: text, format: "txt", kind, language });
      }}
    >
      <Stack gap="md">
        <Textarea
          autosize
          minRows={7}
          maxRows={16}
          styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)" } }}
          label={t("make.list.label")}
          description={t("make.list.hint")}
          placeholder={t("make.list.example")}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          onKeyDown={(event) => indents(event, setTyped)}
        />
        <Text size="sm" c="dimmed" role="status">
          {t("make.list.found", { count: concepts, n: count(concepts), levels: count(levels) })}
        </Text>
        <KindChoice value={kind} onChange={setKind} />
        <LanguageSelect value={language} onChange={setLanguage} />
        <MakeButton making={making} ready={free && concepts > 0} />
      </Stack>
    </form>
  );
}

/** Enter keeps the indentation of the line before. Tab goes on to the next field, as anywhere. */
function indents(event: KeyboardEvent<HTMLTextAreaElement>, set: (text: string) => void): void {
  if (event.key !== "Enter" || event.nativeEvent.isComposing) return;
  const field = event.currentTarget;
  const { value, selectionStart: from, selectionEnd: to } = field;
  const line = value.slice(value.lastIndexOf("\n", from - 1) + 1, from);
  const indent = /^\s*/.exec(line)?.[0] ?? "";
  if (!indent) return;
  event.preventDefault();
  set(`${value.slice(0, from)}\n${indent}${value.slice(to)}`);
  const at = from + 1 + indent.length;
  // The new text is there only after it is drawn.
  requestAnimationFrame(() => field.setSelectionRange(at, at));
}
