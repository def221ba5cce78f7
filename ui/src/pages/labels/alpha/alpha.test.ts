import { expect, it } from "vitest";
import { baseOf, bestOf, leftOutScale, scoreScale, secondsOf } from "./alpha";

const trial = (alpha: number, score: number) => ({
  alpha,
  score,
  kept: Math.round(100 - alpha * 100),
  by_concept: false,
});

it("of equal trials the best keeps the most labels", () => {
  expect(bestOf([trial(0.2, 0.9), trial(0.1, 0.9), trial(0, 0.8)])?.alpha).toBe(0.1);
  expect(bestOf([])).toBeNull();
});

it("the score without leaving anything out is the one to beat", () => {
  expect(baseOf([trial(0.2, 0.9), trial(0, 0.8)])).toBe(0.8);
  expect(baseOf([])).toBeNull();
});

it("the axes end at round shares around what was tried", () => {
  expect(leftOutScale([trial(0.12, 0.9)]).high).toBeCloseTo(0.15);
  const scale = scoreScale([0.906, 0.921]);
  expect([scale.low, scale.high]).toEqual([0.9, 0.93]);
});

it.each([
  [2, 120],
  [0, 60],
  [500, 7200],
])("%d minutes are a budget of %d seconds", (minutes, seconds) => {
  expect(secondsOf(minutes)).toBe(seconds);
});
