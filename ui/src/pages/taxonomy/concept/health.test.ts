import { describe, expect, it } from "vitest";
import type { ModelOut } from "@/api/schema";
import { championOf } from "../champion";
import { summed } from "../editing/impact";
import { sample } from "../editing/samples";
import { type ConceptHealth, missing, signOf } from "./health";

const [BAGS] = sample(["bags"]).concepts;
const NOTHING = { value: null, low: 0, high: 1, n: 0 };

function health(more: Partial<ConceptHealth>): ConceptHealth {
  return {
    concept: "bags",
    path: ["Bags"],
    learned: true,
    labelled: { train: 7, validation: 1, test: 2 },
    needed: { learned: 0, promised: 0 },
    tags: {},
    precision: NOTHING,
    recall: NOTHING,
    coverage: NOTHING,
    calibration_error: { value: null, n: 0 },
    confused_with: null,
    next: [],
    ...more,
  };
}

describe("the sign of a concept", () => {
  const few = health({ learned: false, needed: { learned: 5, promised: null } });
  const enough = health({ learned: false, needed: { learned: 0, promised: null } });

  it.each([
    ["alone", health({}), null],
    ["asks", health({ needed: { learned: 0, promised: 31 } }), 31],
    ["asks", health({ needed: { learned: 0, promised: null } }), null],
    ["asks", health({ needed: { learned: 0, promised: 436_900 } }), null],
    ["few", few, 5],
    ["untrained", enough, null],
    ["new", undefined, null],
  ] as const)("%s", (sign, told, more) => {
    expect(signOf(BAGS!, told, false)).toBe(sign);
    expect(missing(sign, told)).toBe(more);
  });

  it("is that of a group where it was never learned itself and has concepts below", () => {
    expect(signOf(BAGS!, enough, true)).toBe("group");
    expect(signOf(BAGS!, health({}), true)).toBe("alone");
  });

  it("is retired before anything else", () => {
    expect(signOf({ ...BAGS!, live: false }, health({}), false)).toBe("retired");
  });
});

describe("the main figure of the model in use", () => {
  const figure = (value: number) => ({ value, low: value - 0.1, high: value + 0.1, n: 50 });
  const model = (summary: ModelOut["summary"], status: ModelOut["status"] = "champion") =>
    ({ taxonomy: "t", version: 3, status, summary }) as ModelOut;

  it("is of its weakest facet", () => {
    const summary = {
      Product: { top1: figure(0.9), mean_average_precision: null },
      Scene: { top1: null, mean_average_precision: figure(0.7) },
    };
    expect(championOf([model(summary)])).toMatchObject({
      version: 3,
      figure: "meanAveragePrecision",
      facet: "Scene",
      measured: { value: 0.7 },
    });
  });

  it("is none without a champion", () => {
    expect(championOf([model({}, "challenger")])).toBeNull();
  });
});

describe("the sum of several impacts", () => {
  const impact = { edit: {}, labels: 0, machine: 0, samples: [] };

  it("is exact where only one edit touches pictures", () => {
    const edits = [
      { ...impact, assets: 9, review: 2, models: [2] },
      { ...impact, assets: 0, review: 0, models: [2, 1] },
    ];
    expect(summed(edits)).toEqual({ assets: 9, review: 2, models: [1, 2], exact: true });
  });

  it("is the most there can be where two may touch the same", () => {
    const one = { ...impact, assets: 9, review: 2, models: [] };
    expect(summed([one, one])).toEqual({ assets: 18, review: 4, models: [], exact: false });
  });
});
