import { describe, expect, it } from "vitest";
import { facetOf, reportOf } from "../suspects.test-data";
import { shareScale, sorted, stateOf, swapsOf } from "./figures";
import { before, verdictOf } from "./verdict";

const wrong = (value: number, high: number) => ({ value, low: 0, high, n: 20 });
const concept = (name: string, suspects: number, value = 0, high = value) => ({
  concept: name,
  labels: 20,
  suspects,
  waiting: suspects,
  wrong: wrong(value, high),
});

describe("the state of a check", () => {
  it.each([
    ["no-labels", reportOf({ facets: [facetOf({ labels: 0 })] })],
    ["never", reportOf({ checked_at: null })],
    ["waiting", reportOf({ waiting: 3 })],
    ["refused", reportOf({ facets: [facetOf({ refused: "too few labels" })] })],
    ["clean", reportOf()],
    ["clean", reportOf({ facets: [facetOf(), facetOf({ refused: "too few labels" })] })],
  ] as const)("is %s", (state, report) => {
    expect(stateOf(report)).toBe(state);
  });
});

it("concepts with most suspects come first, then those estimated worst", () => {
  const rows = sorted([concept("a", 0, 0.1), concept("b", 2), concept("c", 0, 0.3)]);
  expect(rows.map((row) => row.concept)).toEqual(["b", "c", "a"]);
});

it.each([
  [0.01, 0.05],
  [0.13, 0.15],
  [0.34, 0.4],
  [0.97, 1],
])("the axis for an interval up to %d ends at %d", (high, end) => {
  expect(shareScale([concept("a", 0, 0, high)]).high).toBeCloseTo(end);
});

it("swaps of all facets stand in one order, without those that are done", () => {
  const swap = (given: string, count: number) => ({ given, proposed: "z", count });
  const facets = [
    facetOf({ swaps: [swap("a", 2), swap("b", 0)] }),
    facetOf({ facet: "g", swaps: [swap("c", 5)] }),
  ];
  expect(swapsOf(facets).map(({ given, facet }) => `${facet}${given}`)).toEqual(["gc", "fa"]);
});

describe("what cleaning brought", () => {
  it.each([
    [0.001, 0.02, "better"],
    [-0.02, -0.001, "worse"],
    [-0.01, 0.02, "open"],
    [0, 0.02, "open"],
  ] as const)("an interval from %d to %d is %s", (low, high, verdict) => {
    expect(verdictOf({ low, high })).toBe(verdict);
  });

  it("is told against the version before", () => {
    const models = [5, 3, 1].map((version) => ({ version }) as never);
    expect(before(models, 5)).toBe(3);
    expect(before(models, 1)).toBeNull();
  });
});
