/** How a large picture is shown: `scale` 1 fits it into the window; x and y shift it, in pixels. */
export interface View {
  scale: number;
  x: number;
  y: number;
}

export const FITTING: View = { scale: 1, x: 0, y: 0 };
const LARGEST = 12;

export interface Point {
  x: number;
  y: number;
}

/** Larger or smaller by a factor, so that what is under the point (from the middle) stays there. */
export function zoomed(view: View, factor: number, at: Point): View {
  const scale = Math.min(Math.max(view.scale * factor, 1), LARGEST);
  if (scale === 1) return FITTING;
  const grown = scale / view.scale;
  return { scale, x: at.x - (at.x - view.x) * grown, y: at.y - (at.y - view.y) * grown };
}

/** Shifted, but not out of sight. */
export function shifted(view: View, by: Point, window: { width: number; height: number }): View {
  const room = (size: number) => (size * (view.scale - 1)) / 2;
  const held = (value: number, most: number) => Math.min(Math.max(value, -most), most);
  return {
    scale: view.scale,
    x: held(view.x + by.x, room(window.width)),
    y: held(view.y + by.y, room(window.height)),
  };
}
