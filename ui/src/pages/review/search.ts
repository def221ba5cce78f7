import { texts } from "@/app/search";

export const KINDS = ["uncertain", "suspects", "strange", "spot-check", "edited"] as const;
export type Kind = (typeof KINDS)[number];
export type Mode = "grid" | "single";
export type Order = "doubtful" | "surest";

/** What the address of the review says: which queue, and how it is shown. */
export interface ReviewSearch {
  taxonomy?: string;
  facet?: string;
  concept?: string;
  kind?: Kind;
  mode?: Mode;
  order?: Order;
}

export function readReview(search: Record<string, unknown>): ReviewSearch {
  const { mode, kind, order, ...found } = texts(
    search,
    "taxonomy",
    "facet",
    "concept",
    "kind",
    "mode",
    "order",
  );
  return {
    ...found,
    ...(mode === "grid" || mode === "single" ? { mode } : {}),
    ...(isKind(kind) ? { kind } : {}),
    ...(order === "doubtful" || order === "surest" ? { order } : {}),
  };
}

function isKind(text: string | undefined): text is Kind {
  return (KINDS as readonly (string | undefined)[]).includes(text);
}
