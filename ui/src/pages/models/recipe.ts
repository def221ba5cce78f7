/** How a taxonomy is learned, as the fields of a form, and as the server is asked. */
import type { TrainIn, TuningIn, WaysOut } from "@/api/schema";

export const RECIPES = ["multiclass", "tree", "one-vs-rest", "finetune"] as const;
export type Recipe = (typeof RECIPES)[number];
export type Schedule = WaysOut["schedules"][number]["name"];

/** recipe: null is the one in force. side: of pictures in pixels; null is the network's own. */
export interface RecipeFields {
  recipe: Recipe | null;
  network: string;
  schedule: Schedule;
  side: number | null;
}

/**
 * Nothing of an earlier fine-tuning is remembered: what is learned next stays on its network, and
 * to learn a network again takes as long again, so somebody has to ask for it.
 */
export const USUAL: RecipeFields = {
  recipe: null,
  network: "lite0",
  schedule: "modern",
  side: null,
};

/** Sides to choose from, the network's own first. */
export function sidesOf(own: number): number[] {
  return [own, ...[160, 128, 96, 64].filter((side) => side < own)];
}

/** The share of the pixels that pictures of this side have. */
export function shareOfPixels(side: number, own: number): number {
  return (side / own) ** 2;
}

export function sideOf({ network, side }: RecipeFields, ways: WaysOut): number {
  return side ?? ways.networks.find(({ name }) => name === network)?.side ?? ways.side;
}

/** What is asked of the server. */
export function askedOf(fields: RecipeFields): Required<Pick<TrainIn, "recipe" | "tuning">> {
  const { recipe, network, schedule, side } = fields;
  const tuning: TuningIn = { network, schedule, side, from_scratch: false, small_first: false };
  return { recipe, tuning: recipe === "finetune" ? tuning : null };
}
