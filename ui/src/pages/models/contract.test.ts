import { describe, expect, it } from "vitest";
import { isUneven, neededBy, smallestSample, standingOf } from "./contract";
import type { FacetReport, Promise } from "./report";

const made = (some: Partial<Promise>): Promise => ({
  target: 0.95,
  confidence: 0.95,
  cutoffs: [0.9],
  tagged: 136,
  right: 134,
  seen: 152,
  bound: 0.954,
  missing: 0,
  ...some,
});
const facet = (promises: Record<string, Promise>) => ({ promises }) as unknown as FacetReport;

describe("a contract", () => {
  it("is kept where something may be tagged alone", () => {
    expect(standingOf(facet({ "": made({}) }))).toMatchObject({ is: "kept" });
  });

  it("that is refused says how many reviewed pictures are lacking, over all parts", () => {
    const refused = made({ tagged: 0, right: 0, missing: 31 });
    expect(standingOf(facet({ "": refused }))).toEqual({ is: "refused", pictures: 310 });
    expect(neededBy([made({ missing: null })])).toBeNull();
  });

  it("of a facet of any number is made concept by concept", () => {
    const some = facet({ beach: made({}), night: made({ tagged: 0, missing: 5 }) });
    expect(standingOf(some)).toEqual({ is: "partly", held: 1, all: 2 });
  });

  it.each([
    [0.95, 0.95, 59],
    [0.99, 0.95, 299],
    [0.9, 0.9, 22],
  ])("of %f with %f needs at least %i tags without an error", (target, confidence, tags) => {
    expect(smallestSample({ target, confidence })).toBe(tags);
  });
});

it("a fifth of the largest is uneven", () => {
  const of = (smallest: number, largest: number) =>
    ({ balance: { smallest, largest } }) as unknown as FacetReport;
  expect(isUneven(of(46, 259))).toBe(true);
  expect(isUneven(of(60, 259))).toBe(false);
});
