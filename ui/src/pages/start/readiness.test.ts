import { describe, expect, it } from "vitest";
import { readinessOf } from "./readiness";

function health(kind: string, concepts: [string[], number, number][]) {
  return {
    taxonomy: "T",
    model: null,
    facets: [
      {
        kind,
        concepts: concepts.map(([path, train, learned]) => ({
          path,
          labelled: { train, validation: 0, test: 0 },
          needed: { learned, promised: null },
        })),
      },
    ],
  };
}

describe("whether a model can be learned", () => {
  it("takes two concepts where a picture has one of them", () => {
    expect(readinessOf(health("one", [[["Hats"], 9, 0]])).isReady).toBe(false);
    const two = health("one", [
      [["Hats"], 9, 0],
      [["Shoes"], 8, 0],
    ]);
    expect(readinessOf(two)).toMatchObject({ isReady: true, enough: 2, missing: [] });
  });

  it("does not count a concept above again", () => {
    const found = readinessOf(
      health("one", [
        [["Shoes"], 12, 0],
        [["Shoes", "Boots"], 12, 0],
        [["Hats"], 0, 10],
      ]),
    );
    expect(found).toMatchObject({ isReady: false, enough: 1 });
  });

  it("tells what is missing, the nearest first, of concepts that have any", () => {
    const found = readinessOf(
      health("any", [
        [["Sky"], 2, 8],
        [["Sea"], 5, 3],
        [["Sand"], 0, 10],
      ]),
    );
    expect(found.hasLabels).toBe(true);
    expect(found.missing).toEqual([
      { word: "Sea", pictures: 3 },
      { word: "Sky", pictures: 8 },
    ]);
  });
});
