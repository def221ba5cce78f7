/** Every word that is shown comes from `src/words/LANGUAGE/PAGE.json`, loaded when first needed. */
import i18next from "i18next";
import { initReactI18next } from "react-i18next";

export const LANGUAGES = { en: "English", de: "Deutsch" } as const;
export type Language = keyof typeof LANGUAGES;

const KEPT = "tagwright.language";
const files = import.meta.glob<{ default: object }>("../words/*/*.json");

export function isLanguage(text: string): text is Language {
  return text in LANGUAGES;
}

function preferred(): Language {
  const kept = localStorage.getItem(KEPT);
  const wanted = [kept ?? "", ...navigator.languages].map((each) => each.slice(0, 2));
  return wanted.find(isLanguage) ?? "en";
}

async function load(language: string, page: string): Promise<object> {
  const file = files[`../words/${language}/${page}.json`];
  if (file === undefined) throw new Error(`no words for ${language}/${page}`);
  return (await file()).default;
}

export async function startWords(): Promise<void> {
  await i18next
    .use(initReactI18next)
    .use({
      type: "backend",
      init: () => undefined,
      read: (language: string, page: string, done: (error: unknown, words: object) => void) => {
        load(language, page).then(
          (words) => done(null, words),
          (error: unknown) => done(error, {}),
        );
      },
    })
    .init({
      lng: preferred(),
      fallbackLng: "en",
      supportedLngs: Object.keys(LANGUAGES),
      ns: ["app"],
      defaultNS: "app",
      interpolation: { escapeValue: false },
      returnNull: false,
    });
  document.documentElement.lang = i18next.language;
}

export async function speak(language: Language): Promise<void> {
  localStorage.setItem(KEPT, language);
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
}
