import type { TFunction } from "i18next";
import { wordOf } from "@/parts/taxonomy";
import { percent } from "@/parts/numbers";
import type { Part } from "./query";
import { anyConcept, type Trees } from "./trees";

/** A part of a search as people read it. */
export function describePart(part: Part, trees: Trees, t: TFunction<"library">): string {
  switch (part.kind) {
    case "concept": {
      const found = anyConcept(trees, part.concept);
      return found ? wordOf(found[1]) : part.concept;
    }
    case "word":
      return t("part.word", { word: part.word });
    case "p":
      return part.low !== null
        ? t("part.atLeast", { p: percent(part.low) })
        : t("part.atMost", { p: percent(part.high ?? 1) });
    case "is":
      return t(`state.${part.state}`);
    case "added":
    case "taken":
      return t(`part.${part.kind}`, { when: part.text.slice(part.text.indexOf(":") + 1) });
    case "source":
      return t("part.source", { source: part.source });
    case "format":
      return part.format;
    case "bad":
      return part.text;
  }
}
