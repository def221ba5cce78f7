import { describe, expect, it } from "vitest";
import { eachIn, gridOf, inside, nearest } from "./grid";
import { boundsOf, codesOf, coreOf, membersOf, type Points, pointsOf, valuesOf } from "./points";

function binary(n: number, ...columns: (Float32Array | Int32Array)[]): ArrayBuffer {
  const bytes = new ArrayBuffer(4 + columns.reduce((sum, each) => sum + each.byteLength, 0));
  new Uint32Array(bytes, 0, 1)[0] = n;
  let at = 4;
  for (const each of columns) {
    new Uint8Array(bytes, at, each.byteLength).set(
      new Uint8Array(each.buffer, each.byteOffset, each.byteLength),
    );
    at += each.byteLength;
  }
  return bytes;
}

function laid(places: readonly (readonly [number, number])[], cluster?: number[]): Points {
  return {
    n: places.length,
    x: Float32Array.from(places, ([x]) => x),
    y: Float32Array.from(places, ([, y]) => y),
    cluster: Int32Array.from(cluster ?? places.map(() => -1)),
  };
}

const always = () => true;

describe("the answer of the server", () => {
  it("is read as it lies", () => {
    const bytes = binary(2, Float32Array.of(1, 2), Float32Array.of(3, 4), Int32Array.of(0, -1));
    const points = pointsOf(bytes);
    expect([...points.x, ...points.y, ...points.cluster]).toEqual([1, 2, 3, 4, 0, -1]);
    expect([...codesOf(binary(3, Int32Array.of(7, -1, 2)))]).toEqual([7, -1, 2]);
    expect([...valuesOf(binary(2, Float32Array.of(0.5, NaN)))]).toEqual([0.5, NaN]);
  });

  it("is refused where its length does not fit", () => {
    expect(() => codesOf(binary(4, Int32Array.of(1)))).toThrow("a map of 4 pictures");
    expect(() => pointsOf(new ArrayBuffer(0))).toThrow("does not fit");
  });
});

describe("points", () => {
  const points = laid(
    [
      [0, 0],
      [1, 1],
      [NaN, NaN],
      [10, 10],
    ],
    [3, 3, -1, 4],
  );

  it("know the members of a cluster", () => {
    expect([...membersOf(points, 3)]).toEqual([0, 1]);
  });

  it("lie in a box that forgets those that are gone", () => {
    expect(boundsOf(points)).toEqual({ left: 0, right: 10, bottom: 0, top: 10 });
    expect(boundsOf(points, Uint32Array.of(0, 1)).right).toBe(1);
    expect(boundsOf(laid([])).right).toBe(1);
  });

  it("have a core without the few that lie far away", () => {
    const near = Array.from({ length: 99 }, (_, at) => [at / 100, 0] as const);
    const all = laid([...near, [1000, 0]]);
    expect(
      coreOf(
        all,
        Uint32Array.from({ length: 100 }, (_, at) => at),
      ).right,
    ).toBeLessThan(1);
  });
});

describe("the grid", () => {
  const places = Array.from({ length: 400 }, (_, at) => [at % 20, Math.floor(at / 20)] as const);
  const grid = gridOf(laid([...places, [NaN, NaN]]));

  it("finds all that lie in a box, and no others", () => {
    const found: number[] = [];
    eachIn(grid, { left: 1.5, right: 3.5, bottom: 0, top: 1 }, (index) => found.push(index));
    expect(found.sort((a, b) => a - b)).toEqual([2, 3, 22, 23]);
  });

  it("finds the nearest that is shown", () => {
    expect(nearest(grid, { x: 5.2, y: 3.1 }, 1, always)).toBe(65);
    expect(nearest(grid, { x: 5.2, y: 3.1 }, 1, (index) => index !== 65)).toBe(66);
    expect(nearest(grid, { x: 50, y: 50 }, 1, always)).toBe(-1);
  });

  it("finds what a line goes around, even where it folds back", () => {
    const bay = [
      { x: -1, y: -1 },
      { x: 4.5, y: -1 },
      { x: 4.5, y: 2.5 },
      { x: 2.5, y: 0.5 },
      { x: -1, y: 2.5 },
    ];
    const found = [...inside(grid, bay, always)];
    expect(found).toContain(0);
    expect(found).toContain(24);
    expect(found).not.toContain(42);
    expect([...inside(grid, bay.slice(0, 2), always)]).toEqual([]);
  });
});
