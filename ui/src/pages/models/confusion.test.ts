import { describe, expect, it } from "vitest";
import { matrixOf, unnamed } from "./confusion";
import type { FacetReport } from "./report";

const figure = (value: number, n: number) => ({ value, low: 0, high: 1, n });

function facet(): FacetReport {
  const concept = (name: string, recall: number, n: number) => ({
    concept: name,
    rest: false,
    train: 10,
    precision: figure(1, n),
    recall: figure(recall, n),
    f1: figure(1, n),
  });
  return {
    kind: "one",
    top1: figure(0.75, 20),
    concepts: [concept("hat", 0.8, 10), concept("shoe", 0.875, 8)],
    confusions: [
      { truth: "hat", said: "shoe", n: 2, assets: ["a", "b"] },
      { truth: "shoe", said: "hat", n: 1 },
      { truth: "bag", said: "hat", n: 2, assets: ["c"] },
    ],
  } as unknown as FacetReport;
}

describe("the table of confusions", () => {
  it("has the right answers on its diagonal and every pair beside it", () => {
    const matrix = matrixOf(facet())!;
    expect(matrix.concepts).toEqual(["hat", "shoe", "bag"]);
    expect(matrix.rows.map((row) => row.map(({ n }) => n))).toEqual([
      [8, 2, 0],
      [1, 7, 0],
      [2, 0, 0],
    ]);
    expect(matrix.totals).toEqual([10, 8, 2]);
    expect(matrix.rows[0]?.[1]?.assets).toEqual(["a", "b"]);
    expect(matrix.rows[0]?.[1]?.share).toBeCloseTo(0.2);
  });

  it("is not there for more concepts than can be read, nor for facets of any number", () => {
    const many = Array.from({ length: 21 }, (_, at) => ({ truth: `c${at}`, said: "hat", n: 1 }));
    expect(matrixOf({ ...facet(), confusions: many })).toBeNull();
    expect(matrixOf({ ...facet(), kind: "any" })).toBeNull();
  });

  it("says how many errors an older report does not name", () => {
    expect(unnamed(facet())).toBe(0);
    expect(unnamed({ ...facet(), confusions: [] })).toBe(5);
  });
});
