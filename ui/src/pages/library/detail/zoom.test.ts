import { expect, it } from "vitest";
import { FITTING, shifted, zoomed } from "./zoom";

it("what is under the mouse stays under it", () => {
  const at = { x: 100, y: -40 };
  const view = zoomed(zoomed(FITTING, 2, at), 1.5, at);
  // The point of the picture that the mouse is on, before and after.
  expect([(at.x - view.x) / view.scale, (at.y - view.y) / view.scale]).toEqual([100, -40]);
});

it("zooming out ends where the picture fits", () => {
  expect(zoomed({ scale: 1.2, x: 50, y: 0 }, 0.5, { x: 9, y: 9 })).toEqual(FITTING);
});

it("a picture cannot be pushed out of sight", () => {
  const window = { width: 1_000, height: 800 };
  expect(shifted(FITTING, { x: 99, y: 99 }, window)).toEqual(FITTING);
  expect(shifted({ scale: 2, x: 0, y: 0 }, { x: 9_999, y: -9_999 }, window)).toEqual({
    scale: 2,
    x: 500,
    y: -400,
  });
});
