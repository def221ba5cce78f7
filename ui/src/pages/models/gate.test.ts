import { describe, expect, it } from "vitest";
import { lineOf, reasonsOf } from "./gate";
import type { GateFigures, PairedFigures } from "./report";

const figure = { value: 0.01, low: -0.01, high: 0.02, n: 100 };
const overall: PairedFigures = { n: 100, gained: 3, lost: 2, difference: figure, p: 1 };
const figures: Partial<GateFigures> = {
  overall,
  shared: overall,
  coverage_difference: figure,
  concepts: [{ ...overall, concept: "tops/shirt", pictures: 23, gained: 1, lost: 9, new: false }],
};

const coded = (code: string, facet: string | null = null, concept: string | null = null) => ({
  code,
  facet,
  concept,
});

describe("the gate's reasons", () => {
  it.each([
    ["overall", "overall"],
    ["shared", "shared"],
    ["coverage", "coverage"],
    ["concept", "concept"],
    ["policy", "people"],
    ["first", "first"],
    ["ranking", "raw"],
    ["something-new", "raw"],
  ])("with the code %s are told as %s", (code, say) => {
    const [found] = reasonsOf({
      reasons: ["the server's own words"],
      codes: [coded(code, null, "tops/shirt")],
      facets: { Clothes: figures },
    });
    expect(found?.reason.say).toBe(say);
  });

  it("name the facet where there are several", () => {
    const found = reasonsOf({
      reasons: ["Colour: better", "Type: the first version"],
      codes: [coded("overall", "Colour"), coded("first", "Type")],
      facets: { Colour: figures, Type: {} },
    });
    expect(found.map(({ facet, reason }) => [facet, reason.say])).toEqual([
      ["Colour", "overall"],
      ["Type", "first"],
    ]);
  });

  it("of a person are the person's own words", () => {
    const [found] = reasonsOf({ reasons: ["worse: but I like it"] });
    expect(found?.reason).toEqual({ say: "raw", text: "worse: but I like it" });
  });
});

describe("the line of champions", () => {
  it("grows with promotions, and a roll back takes off what is above", () => {
    const changes = [
      { version: 1, outcome: "promoted" },
      { version: 2, outcome: "promoted" },
      { version: 3, outcome: "kept" },
      { version: 4, outcome: "promoted" },
      { version: 2, outcome: "rolled-back" },
    ] as const;
    expect(lineOf(changes, new Set())).toEqual([1, 2]);
    expect(lineOf(changes, new Set([2]))).toEqual([1]);
  });
});
