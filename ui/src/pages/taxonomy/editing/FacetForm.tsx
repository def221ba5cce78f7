import { Stack, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { Buttons } from "./Buttons";
import type { Reason } from "./draft";
import { KindChoice } from "./KindChoice";
import { facetAdded } from "./plans";
import type { Editing } from "./useEditing";

/** One more tree of the taxonomy. */
export function FacetForm({ editing, close }: { editing: Editing; close: () => void }) {
  const { t } = useTranslation("taxonomy");
  const [label, setLabel] = useState("");
  const [kind, setKind] = useState<"one" | "any">("one");
  const [failed, setFailed] = useState<Reason | null>(null);
  const send = (event: FormEvent) => {
    event.preventDefault();
    const reason = editing.plan(facetAdded(editing.taxonomy, label, kind));
    setFailed(reason);
    if (reason === null) close();
  };
  return (
    <form onSubmit={send}>
      <Stack gap="md">
        <TextInput
          data-autofocus
          label={t("ask.facet.label")}
          description={t("ask.facet.hint")}
          value={label}
          error={failed && t(`reason.${failed}`)}
          onChange={(event) => setLabel(event.currentTarget.value)}
        />
        <KindChoice value={kind} onChange={setKind} />
      </Stack>
      <Buttons label={t("ask.facet.do")} close={close} disabled={!label.trim()} />
    </form>
  );
}
