import { describe, expect, it } from "vitest";
import { aroundZero, scaleOf, sharesFrom } from "./scale";

describe("a scale", () => {
  it("maps its ends to 0 and 100 percent and clips the rest", () => {
    const scale = scaleOf(0.8, 1);
    expect([0.5, 0.8, 0.9, 1].map(scale.at).map(Math.round)).toEqual([0, 0, 50, 100]);
  });

  it("has few and round ticks", () => {
    expect(scaleOf(0, 1).ticks).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
    expect(scaleOf(0.8, 1).ticks).toEqual([0.8, 0.85, 0.9, 0.95, 1]);
  });

  it("of shares begins at a round share below the lowest, at most at 90 %", () => {
    expect(sharesFrom([0.87, 0.91]).low).toBe(0.8);
    expect(sharesFrom([0.99]).low).toBe(0.9);
    expect(sharesFrom([0]).low).toBe(0);
  });

  it("of differences is as wide on both sides of zero", () => {
    const scale = aroundZero([-0.003, 0.032]);
    expect([scale.low, scale.high]).toEqual([-0.05, 0.05]);
    expect(scale.at(0)).toBe(50);
  });
});
