import { describe, expect, it } from "vitest";
import { between, fitted, onMap, onScreen, panned, zoomed } from "./view";

const SIZE = { width: 800, height: 600 };
const BOX = { left: -10, right: 10, bottom: -5, top: 5 };
const WHOLE = fitted(BOX, SIZE);

describe("the view of a map", () => {
  it("holds the whole box, which is in the middle", () => {
    expect(onScreen(WHOLE, SIZE, 0, 0)).toEqual({ x: 400, y: 300 });
    expect(onScreen(WHOLE, SIZE, -10, 5).x).toBeGreaterThan(0);
    expect(onScreen(WHOLE, SIZE, -10, 5).y).toBeGreaterThan(0);
  });

  it("keeps what is covered at the right free", () => {
    expect(onScreen(fitted(BOX, SIZE, 200), SIZE, 10, 0).x).toBeLessThan(600);
  });

  it("goes to the screen and back", () => {
    const back = onMap(WHOLE, SIZE, onScreen(WHOLE, SIZE, 3, -2));
    expect(back.x).toBeCloseTo(3);
    expect(back.y).toBeCloseTo(-2);
  });

  it("follows the hand that moves it", () => {
    const before = onScreen(WHOLE, SIZE, 1, 1);
    const after = onScreen(panned(WHOLE, 30, -20), SIZE, 1, 1);
    expect(after.x - before.x).toBeCloseTo(30);
    expect(after.y - before.y).toBeCloseTo(-20);
  });

  it("zooms around the place that is pointed at", () => {
    const at = { x: 120, y: 500 };
    const under = onMap(WHOLE, SIZE, at);
    const nearer = zoomed(WHOLE, SIZE, at, 3, WHOLE);
    expect(nearer.scale).toBeCloseTo(WHOLE.scale * 3);
    expect(onMap(nearer, SIZE, at).x).toBeCloseTo(under.x);
    expect(onMap(nearer, SIZE, at).y).toBeCloseTo(under.y);
  });

  it("ends somewhere, near and far", () => {
    const at = { x: 0, y: 0 };
    expect(zoomed(WHOLE, SIZE, at, 1e9, WHOLE).scale).toBe(WHOLE.scale * 400);
    expect(zoomed(WHOLE, SIZE, at, 1e-9, WHOLE).scale).toBe(WHOLE.scale / 2);
  });

  it("flies from one view to another", () => {
    const to = { x: 5, y: 2, scale: 100 };
    expect(between(WHOLE, to, 0)).toEqual(WHOLE);
    expect(between(WHOLE, to, 1).scale).toBeCloseTo(100);
    expect(between(WHOLE, to, 1).x).toBeCloseTo(5);
  });
});
