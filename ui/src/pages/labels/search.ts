import { texts } from "@/app/search";

export const REASONS = ["contradiction", "look-alike", "unlikely"] as const;
export type Reason = (typeof REASONS)[number];
export type View = "single" | "grid";

/** What the address of the label check says: without a view, the summary; else the suspects. */
export interface LabelsSearch {
  taxonomy?: string;
  view?: View;
  facet?: string;
  given?: string;
  proposed?: string;
  reason?: Reason;
}

export function readLabels(search: Record<string, unknown>): LabelsSearch {
  const { view, reason, ...found } = texts(
    search,
    "taxonomy",
    "view",
    "facet",
    "given",
    "proposed",
    "reason",
  );
  const known = REASONS.find((each) => each === reason);
  return {
    ...found,
    ...(view === "single" || view === "grid" ? { view } : {}),
    ...(known ? { reason: known } : {}),
  };
}
