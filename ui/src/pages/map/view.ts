/** Which part of the map is seen: arithmetic between its measure and pixels. */
import type { Bounds } from "./points";

export interface View {
  /** What is in the middle, in the map's measure. */
  x: number;
  y: number;
  /** Pixels for one unit of the map. */
  scale: number;
}

export interface Size {
  width: number;
  height: number;
}

export interface Spot {
  x: number;
  y: number;
}

/** Room around what is fitted, in pixels. */
const MARGIN = 36;
/** How far in and out one may go, against the view of everything. */
const CLOSEST = 400;
const FARTHEST = 0.5;

/** The view of a box; `covered` pixels at the right lie under something and stay free. */
export function fitted(box: Bounds, { width: whole, height }: Size, covered = 0): View {
  const width = whole - covered;
  const wide = Math.max(box.right - box.left, 1e-6);
  const high = Math.max(box.top - box.bottom, 1e-6);
  const scale = Math.min(
    Math.max(width - 2 * MARGIN, 40) / wide,
    Math.max(height - 2 * MARGIN, 40) / high,
  );
  const x = (box.left + box.right + covered / scale) / 2;
  return { x, y: (box.bottom + box.top) / 2, scale };
}

/** Up is up: pixels count downwards, the map upwards. */
export function onScreen(view: View, size: Size, x: number, y: number): Spot {
  return {
    x: size.width / 2 + (x - view.x) * view.scale,
    y: size.height / 2 - (y - view.y) * view.scale,
  };
}

export function onMap(view: View, size: Size, at: Spot): Spot {
  return {
    x: view.x + (at.x - size.width / 2) / view.scale,
    y: view.y - (at.y - size.height / 2) / view.scale,
  };
}

export function panned(view: View, byX: number, byY: number): View {
  return { ...view, x: view.x - byX / view.scale, y: view.y + byY / view.scale };
}

/** Nearer or farther, while what is under `at` stays there. `whole` is the view of everything. */
export function zoomed(view: View, size: Size, at: Spot, by: number, whole: View): View {
  const scale = Math.min(Math.max(view.scale * by, whole.scale * FARTHEST), whole.scale * CLOSEST);
  const under = onMap(view, size, at);
  return {
    x: under.x - (at.x - size.width / 2) / scale,
    y: under.y + (at.y - size.height / 2) / scale,
    scale,
  };
}

/** The part of the map that is seen. */
export function seen(view: View, size: Size): Bounds {
  const half = { x: size.width / 2 / view.scale, y: size.height / 2 / view.scale };
  return {
    left: view.x - half.x,
    right: view.x + half.x,
    bottom: view.y - half.y,
    top: view.y + half.y,
  };
}

/** Where a flight from one view to another is; `share` from 0 to 1. Scale changes by factors. */
export function between(from: View, to: View, share: number): View {
  const eased = share < 0.5 ? 2 * share * share : 1 - 2 * (1 - share) * (1 - share);
  return {
    x: from.x + (to.x - from.x) * eased,
    y: from.y + (to.y - from.y) * eased,
    scale: from.scale * (to.scale / from.scale) ** eased,
  };
}

/** As large as leaves room for all, larger as one comes nearer. In pixels. */
export function pointSize(n: number, size: Size, nearness: number): number {
  const room = Math.sqrt((size.width * size.height) / Math.max(n, 1));
  const base = Math.min(Math.max(room * 0.36, 2.5), 9);
  return Math.min(base * Math.max(nearness, 1) ** 0.35, 16);
}
