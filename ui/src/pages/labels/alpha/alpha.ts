import { type Scale, scaleOf } from "@/parts/plots/scale";
import type { FacetAlpha, Trial } from "../wire";

/** The best trial; of equals, the one that keeps the most. */
export function bestOf(trials: readonly Trial[]): Trial | null {
  return trials.reduce<Trial | null>(
    (best, each) =>
      best === null ||
      each.score > best.score ||
      (each.score === best.score && each.kept > best.kept)
        ? each
        : best,
    null,
  );
}

/** How often held-out pictures are right when nothing is left out. */
export function baseOf(trials: readonly Trial[]): number | null {
  return trials.find(({ alpha }) => alpha === 0)?.score ?? null;
}

/** From nothing left out to a round share above the largest that was tried. */
export function leftOutScale(trials: readonly Trial[]): Scale {
  const most = Math.max(0.05, ...trials.map(({ alpha }) => alpha));
  return scaleOf(0, Math.min(1, Math.ceil(most / 0.05 - 1e-9) * 0.05));
}

const ROOM = 0.005;

/** Round shares around all scores: differences are small. */
export function scoreScale(scores: readonly number[]): Scale {
  if (scores.length === 0) return scaleOf(0, 1);
  const low = Math.max(0, Math.floor((Math.min(...scores) - ROOM) * 100) / 100);
  const high = Math.min(1, Math.ceil((Math.max(...scores) + ROOM) * 100) / 100);
  return scaleOf(Number(low.toFixed(2)), Number(high.toFixed(2)));
}

/** Whether training without some labels is worth it anywhere. */
export function isWorth(facets: readonly FacetAlpha[]): boolean {
  return facets.some(({ worth, left_out: leftOut }) => worth && leftOut > 0);
}

/** Minutes as people write them, in seconds as a job takes them. */
export function secondsOf(minutes: number): number {
  return Math.round(Math.min(Math.max(minutes, 1), 120) * 60);
}
