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

describe("the gate's reasons", () => {
  it.each([
    ["not worse within 1 points: +1.2 points (-0.3 to +3.2) on 336 test pictures", "overall"],
    ["not shown to be at least as good: +0.3 points", "overall"],
    ["better by +3 points", "overall"],
    ["worse: -3 points", "overall"],
    ["right at least as often on the test pictures there are: 24 test pictures", "overall"],
    ["worse on the concepts both know: -3 points", "shared"],
    ["fewer pictures would be tagged alone: -9 points", "coverage"],
    ["tops/shirt got worse: 1 gained, 9 lost on 23 test pictures of it", "concept"],
    ["the policy leaves promoting to people", "people"],
    ["something new", "raw"],
  ])("of %s are told as %s", (text, say) => {
    const [found] = reasonsOf({
      basis: "undecided",
      reasons: [text],
      facets: { Clothes: figures },
    });
    expect(found?.reason.say).toBe(say);
  });

  it("name the facet where there are several", () => {
    const found = reasonsOf({
      basis: "not worse",
      reasons: ["Colour: better by +3 points", "Type: the first version"],
      facets: { Colour: figures, Type: {} },
    });
    expect(found.map(({ facet, reason }) => [facet, reason.say])).toEqual([
      ["Colour", "overall"],
      ["Type", "first"],
    ]);
  });

  it("of a person are the person's own words", () => {
    const [found] = reasonsOf({ basis: "person", reasons: ["worse: but I like it"], facets: {} });
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
