import { Stack, TextInput } from "@mantine/core";
import i18next from "i18next";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Kind, KindChoice } from "../editing/KindChoice";
import { LanguageSelect } from "./LanguageSelect";
import { MakeButton } from "./MakeButton";
import { emptyTaxonomy } from "./making";
import type { Making } from "./useMaking";

interface Props {
  making: Making;
  free: boolean;
  name: string;
}

/** One facet and nothing in it yet. */
export function EmptyForm({ making, free, name }: Props) {
  const { t } = useTranslation("taxonomy");
  const [facet, setFacet] = useState("");
  const [kind, setKind] = useState<Kind>("one");
  const [language, setLanguage] = useState(i18next.language);
  const send = () => {
    const body = emptyTaxonomy(name.trim(), facet.trim() || name.trim(), kind, language);
    making.write({ body, format: "json", kind, language });
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <Stack gap="md">
        <TextInput
          label={t("make.empty.facet")}
          description={t("ask.facet.hint")}
          placeholder={name}
          value={facet}
          onChange={(event) => setFacet(event.currentTarget.value)}
        />
        <KindChoice value={kind} onChange={setKind} />
        <LanguageSelect value={language} onChange={setLanguage} />
        <MakeButton making={making} ready={free} />
      </Stack>
    </form>
  );
}
