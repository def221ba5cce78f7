import type { EditImpactOut } from "@/api/schema";

export interface Sum {
  assets: number;
  review: number;
  models: readonly number[];
  /** No picture can be counted twice. */
  exact: boolean;
}

export function summed(edits: readonly EditImpactOut[]): Sum {
  const touching = edits.filter((edit) => edit.assets > 0);
  return {
    assets: touching.reduce((sum, edit) => sum + edit.assets, 0),
    review: touching.reduce((sum, edit) => sum + edit.review, 0),
    models: [...new Set(edits.flatMap((edit) => edit.models))].sort((a, b) => a - b),
    exact: touching.length < 2,
  };
}
