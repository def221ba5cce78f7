/** Versions as rows of a plot, and how each is drawn. */
import type { Look } from "@/parts/plots/Interval";
import type { ModelOut } from "@/api/schema";
import { isKnown, type Known, type Summary } from "./report";

export type ModelStatus = "champion" | "challenger" | "retired" | "undone";

export const LOOKS: Record<ModelStatus, Look> = {
  champion: "full",
  challenger: "hollow",
  retired: "plain",
  undone: "crossed",
};

export function statusOf({ status }: ModelOut): ModelStatus {
  return status in LOOKS ? (status as ModelStatus) : "retired";
}

export function summaryOf(model: ModelOut, facet: string): Summary {
  return (model.summary[facet] ?? {}) as Summary;
}

/** The one figure by which versions of a facet are compared. */
export function mainOf(summary: Summary): "top1" | "mean_average_precision" {
  return isKnown(summary.mean_average_precision) && !isKnown(summary.top1)
    ? "mean_average_precision"
    : "top1";
}

export interface VersionRow {
  model: ModelOut;
  status: ModelStatus;
  figure: Known | null;
}

/** Newest first. */
export function rowsOf(models: readonly ModelOut[], facet: string): VersionRow[] {
  return models.map((model) => {
    const summary = summaryOf(model, facet);
    const figure = summary[mainOf(summary)];
    return { model, status: statusOf(model), figure: isKnown(figure) ? figure : null };
  });
}

/** Whether all intervals share a value, so that no version is surely better than another. */
export function overlap(rows: readonly VersionRow[]): boolean {
  const known = rows.flatMap(({ figure, status }) =>
    figure && status !== "undone" ? [figure] : [],
  );
  if (known.length < 2) return false;
  return Math.max(...known.map(({ low }) => low)) <= Math.min(...known.map(({ high }) => high));
}
