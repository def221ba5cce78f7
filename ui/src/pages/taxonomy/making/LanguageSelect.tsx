import { Select } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { languageChoices } from "../concept/languages";

interface Props {
  value: string;
  onChange: (language: string) => void;
}

export function LanguageSelect({ value, onChange }: Props) {
  const { t } = useTranslation("taxonomy");
  return (
    <Select
      searchable
      allowDeselect={false}
      label={t("make.language")}
      description={t("make.languageHint")}
      data={languageChoices([value], [])}
      value={value}
      onChange={(language) => onChange(language ?? value)}
    />
  );
}
