import { TextInput } from "@mantine/core";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { nameOf, type Row } from "./rows";

interface Props {
  row: Row;
  /** null: leave it as it is. */
  onNamed: (id: string, name: string | null) => void;
}

/** The name of a line while it is written anew: Enter takes it, Escape leaves it. */
export function NameField({ row, onNamed }: Props) {
  const { t } = useTranslation("taxonomy");
  const [name, setName] = useState(nameOf(row));
  // Taking the field away blurs it, which must not answer a second time.
  const answered = useRef(false);
  const answer = (given: string | null) => {
    if (answered.current) return;
    answered.current = true;
    onNamed(row.id, given);
  };
  return (
    <TextInput
      size="xs"
      flex={1}
      autoFocus
      value={name}
      aria-label={t("rename.field", { concept: nameOf(row) })}
      onChange={(event) => setName(event.currentTarget.value)}
      onFocus={(event) => event.currentTarget.select()}
      onBlur={() => answer(name)}
      onClick={(event) => event.stopPropagation()}
      onDoubleClick={(event) => event.stopPropagation()}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key === "Enter") answer(name);
        if (event.key === "Escape") answer(null);
      }}
    />
  );
}
