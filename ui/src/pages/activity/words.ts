import type { TFunction } from "i18next";
import { count } from "@/parts/numbers";
import { type Episode, sentenceOf, tagsOf } from "./told";

type Words = TFunction<"activity" | readonly ["activity", ...string[]]>;

/** What was done, as a sentence without its subject. */
export function sentenceWords(t: Words, { first, runs }: Episode): string {
  const { key, texts, counts } = sentenceOf(first);
  const sums = runs.length > 1 ? { count: tagsOf(runs) } : counts;
  const shown = Object.fromEntries(
    Object.entries(sums).map(([name, value]) => [name === "count" ? "shown" : name, count(value)]),
  );
  return t(`did.${key}`, { ...texts, ...shown, count: sums["count"] ?? 0 });
}

const KNOWN = ["person", "local", "import", "generic objects", "setup"] as const;

/** Who did it. */
export function actorWords(t: Words, actor: string): string {
  const known = KNOWN.find((each) => each === actor);
  if (known) return t(`actor.${known.replace(" ", "")}`);
  if (actor.startsWith("model ")) return t("actor.model", { version: actor.slice(6) });
  if (actor.startsWith("key:")) return t("actor.key", { name: actor.slice(4) });
  return actor;
}
