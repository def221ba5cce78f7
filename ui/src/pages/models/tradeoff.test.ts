import { describe, expect, it } from "vitest";
import { askable, loosestAt, stopAt, stopsOf, tradesOf, wilson } from "./tradeoff";

const figure = (value: number | null, n = 50) => ({ value, low: 0, high: 1, n });
const curve = [
  { cutoff: 0.1, coverage: 1, precision: figure(0.88) },
  { cutoff: 0.9, coverage: 0.2, precision: figure(1) },
  { cutoff: 0.6, coverage: 0.7, precision: figure(0.95) },
  { cutoff: 0.4, coverage: 0.9, precision: figure(0.91) },
  { cutoff: 0.99, coverage: 0, precision: figure(null, 0) },
];

describe("the trade of precision for coverage", () => {
  const trades = tradesOf(curve);

  it("goes from strict to loose and leaves out what was not measured", () => {
    expect(trades.map(({ cutoff }) => cutoff)).toEqual([0.9, 0.6, 0.4, 0.1]);
  });

  it("has a stop at each promise that one can choose on the first day", () => {
    const stops = stopsOf(trades);
    expect(stops).toEqual({ strict: 0, normal: 1, loose: 3 });
    expect(stopAt(stops, 3)).toBe("loose");
    expect(stopAt(stops, 2)).toBeNull();
  });

  it("has no stop where no cut-off was right that often", () => {
    expect(loosestAt(tradesOf(curve.slice(0, 1)), 0.95)).toBeNull();
  });

  it.each([
    [0.9567, 0.95],
    [0.97, 0.97],
    [1, 0.99],
    [0.2, 0.5],
  ])("makes of %f seen a target of %f", (seen, target) => {
    expect(askable(seen)).toBe(target);
  });
});

it("an interval of a share is the server's", () => {
  const { low, high } = wilson(172 / 289, 289);
  expect(low).toBeCloseTo(0.5377, 3);
  expect(high).toBeCloseTo(0.6502, 3);
});
