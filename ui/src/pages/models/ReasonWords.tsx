import { Text } from "@mantine/core";
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import type { Measured } from "@/parts/Figure";
import { count, percent } from "@/parts/numbers";
import type { FacetReason, Reason } from "./gate";
import type { PairedFigures } from "./report";
import { points } from "./words";

interface Props extends FacetReason {
  named: (concept: string) => string;
}

/** One reason of the gate as a sentence with its numbers. */
export function ReasonWords({ facet, reason, named }: Props) {
  const { t, i18n } = useTranslation("gate");
  const text = sentence(reason, t, i18n.language, named);
  if (!text) return null;
  return (
    <Text size="sm" c="dimmed" className="figures">
      {facet ? t("reason.of", { facet, text }) : text}
    </Text>
  );
}

type Words = TFunction<"gate">;

function sentence(
  reason: Reason,
  t: Words,
  language: string,
  named: (concept: string) => string,
): string {
  switch (reason.say) {
    case "overall":
    case "shared":
      return t(`reason.${reason.say}`, paired(reason.figures, language));
    case "concept":
      return t("reason.concept", {
        concept: named(reason.concept),
        gained: count(reason.gained),
        lost: count(reason.lost),
        n: count(reason.pictures),
      });
    case "coverage":
    case "ranking":
      return t(`reason.${reason.say}`, difference(reason.difference, language));
    case "promise":
      return t("reason.promise", {
        share: percent(reason.precision.value ?? 0, 1),
        n: count(reason.precision.n),
      });
    case "first":
      return "";
    case "raw":
      return reason.text;
    default:
      return t(`reason.${reason.say}`);
  }
}

function paired(figures: PairedFigures, language: string) {
  return {
    ...difference(figures.difference, language),
    n: count(figures.n),
    gained: count(figures.gained),
    lost: count(figures.lost),
  };
}

function difference({ value, low, high, n }: Measured, language: string) {
  return {
    value: points(value ?? 0, language),
    low: points(low ?? 0, language),
    high: points(high ?? 0, language),
    n: count(n),
  };
}
