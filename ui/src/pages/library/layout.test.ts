import { describe, expect, it } from "vitest";
import { laidOut, neighbourRow, places, rowAt, rowOf, touched } from "./layout";

const RATIOS = Array.from({ length: 1_000 }, (_, at) => [75, 100, 133, 178][at % 4]!);
const layout = laidOut(RATIOS, 1_000, 200, 8);

describe("justified rows", () => {
  it("fill the width, all but the last", () => {
    for (let row = 0; row < layout.rows - 1; row++) {
      const last = places(layout, RATIOS, row, row + 1).at(-1)!;
      expect(last.x + last.width).toBeCloseTo(1_000, 6);
    }
  });

  it("are about as high as wanted", () => {
    const heights = places(layout, RATIOS, 0, layout.rows - 1).map(({ height }) => height);
    expect(Math.max(...heights)).toBeLessThanOrEqual(200);
    expect(Math.min(...heights)).toBeGreaterThan(120);
  });

  it("hold every picture once, in order", () => {
    const indexes = places(layout, RATIOS, 0, layout.rows).map(({ index }) => index);
    expect(indexes).toEqual(RATIOS.map((_, at) => at));
  });

  it("are found by height and by picture", () => {
    for (const { index, y } of places(layout, RATIOS, 0, layout.rows)) {
      expect(layout.starts[rowAt(layout, y + 1)]!).toBeLessThanOrEqual(index);
      expect(rowAt(layout, y + 1)).toBe(rowOf(layout, index));
    }
  });

  it("do not blow up a last picture that is alone", () => {
    const [only] = places(laidOut([133], 1_000, 200, 8), [133], 0, 1);
    expect(only).toMatchObject({ height: 200, width: 266 });
  });

  it("hold nothing where there is nothing", () => {
    const nothing = laidOut([], 1_000, 200, 8);
    expect([nothing.rows, nothing.height, touched(nothing, [], BOX)]).toEqual([0, 0, []]);
  });

  it("are laid out fast for a hundred thousand", () => {
    const many = Array.from({ length: 100_000 }, (_, at) => RATIOS[at % 1_000]!);
    const started = performance.now();
    laidOut(many, 1_400, 180, 6);
    expect(performance.now() - started).toBeLessThan(200);
  });
});

const BOX = { left: 0, top: 0, right: 10, bottom: 10 };

describe("in the grid", () => {
  it("a step down and up again comes back", () => {
    const down = neighbourRow(layout, RATIOS, 1, 1);
    expect(rowOf(layout, down)).toBe(1);
    expect(rowOf(layout, neighbourRow(layout, RATIOS, down, -1))).toBe(0);
  });

  it("a step over the edge goes to the first or the last", () => {
    expect(neighbourRow(layout, RATIOS, 2, -1)).toBe(0);
    expect(neighbourRow(layout, RATIOS, 999, 1)).toBe(999);
  });

  it("a lasso takes what it touches", () => {
    expect(touched(layout, RATIOS, BOX)).toEqual([0]);
    const all = { left: 0, top: 0, right: 1_000, bottom: layout.height };
    expect(touched(layout, RATIOS, all)).toHaveLength(1_000);
  });
});
