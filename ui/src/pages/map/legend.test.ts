import { describe, expect, it } from "vitest";
import { gridOf } from "./grid";
import { changed, NOTHING, sampleOf, sharesOf, toggled } from "./choice";
import { LOOKS, lookOf, rampAt, tableOf } from "./colours";
import { byCode, byValue, type Meaning, orderOf, shownOf } from "./legend";
import { labelledShare, purityOf, sorted, worthOf } from "./quality";
import { namesIn, thumbAt, thumbsIn } from "./thumbs";
import { fitted } from "./view";

const meaning = (code: number, label: string): Meaning => ({
  code,
  label,
  concept: label,
  count: 0,
});

describe("colours", () => {
  it("give the most frequent entries looks of their own, and the rest one together", () => {
    const codes = Int32Array.from({ length: 100 }, (_, at) => Math.floor(at / 2));
    const meanings = Array.from({ length: 50 }, (_, code) => meaning(code, `c${code}`));
    const { looks, entries } = byCode(codes, meanings, "none", "light");
    expect(entries).toHaveLength(50);
    expect(new Set(entries.slice(0, LOOKS).map(({ look }) => look.colour + look.shape)).size).toBe(
      LOOKS,
    );
    expect(looks[98]).toBe(looks[99 - 30]);
  });

  it("count what has nothing as an entry", () => {
    const { entries, looks } = byCode(Int32Array.of(0, -1, 0), [meaning(0, "a")], "none", "dark");
    expect(entries.map(({ code, count }) => [code, count])).toEqual([
      [0, 2],
      [-1, 1],
    ]);
    expect([...looks]).toEqual([1, 0, 1]);
  });

  it("lay numbers on a ramp from the lowest to the highest", () => {
    const { looks, range, entries } = byValue(Float32Array.of(0.5, 1, NaN), "none", "light");
    expect([...looks]).toEqual([1, 255, 0]);
    expect(range).toEqual([0.5, 1]);
    expect(entries[0]?.count).toBe(1);
    expect(byValue(Float32Array.of(NaN), "none", "light").range).toBeNull();
  });

  it("are told to the graphics card with their shapes", () => {
    const table = tableOf([lookOf(0, "light"), lookOf(8, "light")]);
    expect([...table.slice(0, 4)]).toEqual([0, 0x72, 0xb2, 255]);
    expect(table[(256 + 1) * 4]).toBe(1);
    expect(rampAt(0, "light")).toBe("#00224e");
  });
});

describe("what is shown", () => {
  const points = {
    n: 3,
    x: Float32Array.of(0, 1, NaN),
    y: Float32Array.of(0, 1, NaN),
    cluster: Int32Array.of(0, 0, 0),
  };

  it("leaves out what is switched off, and what the library no longer has", () => {
    expect([...shownOf(Int32Array.of(1, 2, 1), new Set([2]), points)]).toEqual([1, 0, 0]);
    expect([...shownOf(Float32Array.of(NaN, 0.3, 0), new Set([-1]), points)]).toEqual([0, 1, 0]);
  });

  it("is drawn with nothing at the bottom and the chosen on top, each once", () => {
    const looks = Uint8Array.of(1, 0, 2, 1, 0);
    const chosen = Uint8Array.of(0, 0, 0, 1, 0);
    const { order, ends } = orderOf(looks, Uint8Array.of(1, 1, 1, 1, 0), chosen);
    expect([...order].sort()).toEqual([0, 1, 2, 3]);
    expect(order[0]).toBe(1);
    expect(order[3]).toBe(3);
    expect(ends).toEqual([1, 3, 4]);
  });
});

describe("a choice", () => {
  it("is replaced, added to or taken from", () => {
    const first = changed(NOTHING, Uint32Array.of(1, 2), "instead");
    expect([...changed(first, Uint32Array.of(2, 3), "add").indices]).toEqual([1, 2, 3]);
    expect([...changed(first, Uint32Array.of(2, 3), "take").indices]).toEqual([1]);
    expect([...toggled(toggled(first, 9), 1).indices]).toEqual([2, 9]);
  });

  it("knows what its pictures carry", () => {
    const shares = sharesOf(
      Uint32Array.of(0, 1, 2, 3),
      Int32Array.of(5, 5, -1, 6),
      [meaning(5, "five"), meaning(6, "six")],
      "nothing",
    );
    expect(shares.map(({ label, count }) => `${label} ${count}`)).toEqual([
      "five 2",
      "nothing 1",
      "six 1",
    ]);
  });

  it("is shown by some that are spread over all", () => {
    const all = Uint32Array.from({ length: 100 }, (_, at) => at);
    expect(sampleOf(all, 4)).toEqual([0, 25, 50, 75]);
    expect(sampleOf(Uint32Array.of(7), 4)).toEqual([7]);
  });
});

describe("pictures and names over the points", () => {
  const n = 300;
  const points = {
    n,
    x: Float32Array.from({ length: n }, (_, at) => Math.sin(at * 12.9) * 10),
    y: Float32Array.from({ length: n }, (_, at) => Math.sin(at * 78.2) * 10),
    cluster: new Int32Array(n),
  };
  const size = { width: 900, height: 700 };
  const grid = gridOf(points);
  const view = fitted(grid.box, size);

  it("never cover one another, and are not too many", () => {
    const thumbs = thumbsIn(grid, view, size, () => true);
    expect(thumbs.length).toBeGreaterThan(30);
    expect(thumbs.length).toBeLessThanOrEqual(150);
    thumbs.forEach((a, at) =>
      thumbs.slice(at + 1).forEach((b) => {
        expect(Math.max(Math.abs(a.x - b.x), Math.abs(a.y - b.y))).toBeGreaterThanOrEqual(a.side);
      }),
    );
    const { index, x, y } = thumbs[0]!;
    expect(thumbAt(thumbs, x + 5, y - 5)).toBe(index);
    expect(thumbAt(thumbs, -99, 0)).toBe(-1);
  });

  it("are not shown of what is switched off", () => {
    expect(thumbsIn(grid, view, size, () => false)).toEqual([]);
  });

  it("name the larger of two groups that lie together", () => {
    const named = [
      { id: 1, name: "large", x: 0, y: 0 },
      { id: 2, name: "small", x: 0.1, y: 0 },
      { id: 3, name: "away", x: 1e6, y: 0 },
    ];
    expect(namesIn(named, view, size).map(({ id }) => id)).toEqual([1]);
  });
});

describe("groups", () => {
  const groups = [
    { id: 0, size: 50, labelled: 50, purity: 0.9 },
    { id: 1, size: 20, labelled: 0, purity: null },
    { id: 2, size: 30, labelled: 10, purity: 0.6 },
  ];
  const ids = (by: "islands" | "size" | "labelled") => sorted(groups, [1], by).map(({ id }) => id);

  it("come in the order that is asked for", () => {
    expect(ids("islands")).toEqual([1, 0, 2]);
    expect(ids("size")).toEqual([0, 2, 1]);
    expect(ids("labelled")).toEqual([1, 2, 0]);
    expect(labelledShare({ size: 0, labelled: 0 })).toBe(0);
  });

  it("say how far to trust the map, with an interval", () => {
    const purity = purityOf(groups)!;
    expect(purity.n).toBe(60);
    expect(purity.share).toBeCloseTo(0.85);
    expect(purity.low).toBeCloseTo(0.739, 2);
    expect(worthOf(purity, 0.01)).toBe("fair");
    expect(purityOf([{ labelled: 6, purity: 1 }])).toBeNull();
    expect([0.3, 0.1, 0.01].map((two) => worthOf(null, two))).toEqual(["good", "fair", "poor"]);
  });
});
