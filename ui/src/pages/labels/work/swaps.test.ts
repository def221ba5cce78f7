import { describe, expect, it } from "vitest";
import { facetOf, reportOf, suspectOf } from "../suspects.test-data";
import { besideOf, evidenceOf, leaningOf } from "./show";
import { besideSwap, swapAt, swapsIn } from "./swaps";

const swap = (given: string, proposed: string | null, count: number) => ({
  facet: "f",
  given,
  proposed,
  count,
});
const ALL = [swap("a", "b", 5), swap("a", "c", 3), swap("b", "a", 1)];
const report = reportOf({ facets: [facetOf({ swaps: ALL })] });

describe("the swap that is gone through", () => {
  it("is the most frequent one where the address names none", () => {
    expect(swapAt(swapsIn(report, {}), {})).toEqual(ALL[0]);
    expect(swapAt([], {})).toBeNull();
  });

  it("is the most frequent one of the concept that was pressed", () => {
    const filter = { facet: "f", given: "b" };
    expect(swapAt(swapsIn(report, filter), filter)).toEqual(ALL[2]);
  });

  it("stays when its last picture was answered", () => {
    const filter = { facet: "f", given: "c", proposed: "a" };
    expect(swapAt(swapsIn(report, filter), filter)).toEqual(swap("c", "a", 0));
  });

  it("is followed by the next, round at the ends; alone, by none", () => {
    expect(besideSwap(ALL, ALL[2]!, 1)).toEqual(ALL[0]);
    expect(besideSwap(ALL, ALL[0]!, -1)).toEqual(ALL[2]);
    expect(besideSwap(ALL, swap("x", "y", 0), 1)).toEqual(ALL[0]);
    expect(besideSwap([ALL[0]!], ALL[0]!, 1)).toBeNull();
  });
});

describe("the evidence", () => {
  const neighbours = [
    { asset: "1", concept: "b" },
    { asset: "2", concept: "a" },
  ];

  it("of a look-alike is the other picture, which is not shown twice", () => {
    const item = suspectOf("x", { reason: "look-alike", neighbours });
    expect(besideOf(item)).toEqual(neighbours[0]);
    expect(evidenceOf(item)).toEqual([neighbours[1]]);
  });

  it("of an unlikely label is its neighbours, each for one side", () => {
    const item = suspectOf("x", { neighbours });
    expect(besideOf(item)).toBeNull();
    expect(evidenceOf(item).map(({ concept }) => leaningOf(item, concept))).toEqual([
      "proposed",
      "given",
    ]);
  });
});
