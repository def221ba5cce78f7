import { LANGUAGES } from "@/app/words";
import { languageName } from "../editing/useTelling";

/** Those of the app, and the ones that picture libraries are most often kept in. */
const COMMON = ["en", "de", "fr", "it", "es", "pt", "nl", "pl", "sv", "da", "fi", "ja", "zh"];

export interface Choice {
  value: string;
  label: string;
}

/** Languages to choose from, by name; `also` are those already in use. */
export function languageChoices(also: readonly string[], without: readonly string[]): Choice[] {
  const tags = [...new Set([...also, ...Object.keys(LANGUAGES), ...COMMON])];
  return tags
    .filter((tag) => !without.includes(tag))
    .map((tag) => ({ value: tag, label: languageName(tag) }));
}
