import type { ModelOut } from "@/api/schema";
import type { Known } from "@/pages/models/report";

export type Verdict = "better" | "worse" | "open";

/** Only an interval that leaves zero out says anything. */
export function verdictOf({ low, high }: Pick<Known, "low" | "high">): Verdict {
  return low > 0 ? "better" : high < 0 ? "worse" : "open";
}

/** The version made last before another one; null: it was the first. */
export function before(models: readonly ModelOut[], version: number): number | null {
  const older = models.map((each) => each.version).filter((each) => each < version);
  return older.length > 0 ? Math.max(...older) : null;
}
