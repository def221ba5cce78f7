import i18next from "i18next";
import { useTranslation } from "react-i18next";
import type { Step } from "./edits";

/** A change in a sentence: "Shirt moves below Tops". */
export function useTelling(): (step: Step) => string {
  const { t } = useTranslation("taxonomy");
  return ({ edit, told }) => {
    if (edit.op === "rename" && edit.language) {
      return t("edit.translate", { ...told, language: languageName(edit.language) });
    }
    if (edit.op === "deprecate" && edit.replaced_by) return t("edit.replace", told);
    if (edit.op === "set_facet_kind") {
      return t("edit.set_facet_kind", { ...told, kind: t(`kind.${edit.kind}.name`) });
    }
    if (edit.op === "set_alt_labels" && edit.alt_labels.length === 0) {
      return t("edit.noWords", told);
    }
    return t(`edit.${edit.op}`, told);
  };
}

/** "German" for "de", in the language that is shown. */
export function languageName(tag: string): string {
  try {
    const names = new Intl.DisplayNames(i18next.language, { type: "language" });
    return names.of(tag) ?? tag;
  } catch {
    return tag;
  }
}
