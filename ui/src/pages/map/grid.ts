/** Pictures by squares of the map, to find those near a place without looking at all. */
import { boundsOf, type Bounds, type Points } from "./points";
import type { Spot } from "./view";

export interface Grid {
  points: Points;
  box: Bounds;
  /** Squares across and down. */
  side: number;
  /** Square s holds `members[starts[s]]` up to `members[starts[s + 1]]`. */
  starts: Uint32Array;
  members: Uint32Array;
}

const PER_SQUARE = 8;
const MOST = 512;

export function gridOf(points: Points): Grid {
  const side = Math.min(Math.max(Math.ceil(Math.sqrt(points.n / PER_SQUARE)), 1), MOST);
  const grid: Grid = {
    points,
    box: boundsOf(points),
    side,
    starts: new Uint32Array(side * side + 1),
    members: new Uint32Array(points.n),
  };
  const squares = new Uint32Array(points.n);
  const isThere = (at: number) => !Number.isNaN(points.x[at]!);
  for (let at = 0; at < points.n; at++) {
    if (!isThere(at)) continue;
    const square = squareOf(grid, points.x[at]!, points.y[at]!);
    squares[at] = square;
    grid.starts[square + 1]!++;
  }
  for (let each = 0; each < side * side; each++) grid.starts[each + 1]! += grid.starts[each]!;
  const next = grid.starts.slice(0, -1);
  for (let at = 0; at < points.n; at++) {
    if (isThere(at)) grid.members[next[squares[at]!]!++] = at;
  }
  return grid;
}

function column(grid: Grid, x: number): number {
  const share = (x - grid.box.left) / (grid.box.right - grid.box.left || 1);
  return Math.min(Math.max(Math.floor(share * grid.side), 0), grid.side - 1);
}

function row(grid: Grid, y: number): number {
  const share = (y - grid.box.bottom) / (grid.box.top - grid.box.bottom || 1);
  return Math.min(Math.max(Math.floor(share * grid.side), 0), grid.side - 1);
}

function squareOf(grid: Grid, x: number, y: number): number {
  return row(grid, y) * grid.side + column(grid, x);
}

/** Calls with each picture in a box. */
export function eachIn(grid: Grid, box: Bounds, call: (index: number) => void): void {
  const { points, side, starts, members } = grid;
  const [left, right] = [column(grid, box.left), column(grid, box.right)];
  for (let down = row(grid, box.bottom); down <= row(grid, box.top); down++) {
    // Squares of a row lie one behind the other, and so do their pictures.
    const end = starts[down * side + right + 1]!;
    for (let at = starts[down * side + left]!; at < end; at++) {
      const index = members[at]!;
      const [x, y] = [points.x[index]!, points.y[index]!];
      if (x >= box.left && x <= box.right && y >= box.bottom && y <= box.top) call(index);
    }
  }
}

/** The shown picture nearest to a place, within `reach`; -1 without one. */
export function nearest(
  grid: Grid,
  at: Spot,
  reach: number,
  isShown: (index: number) => boolean,
): number {
  const { x, y } = grid.points;
  let [found, best] = [-1, reach * reach];
  const box = { left: at.x - reach, right: at.x + reach, bottom: at.y - reach, top: at.y + reach };
  eachIn(grid, box, (index) => {
    const far = (x[index]! - at.x) ** 2 + (y[index]! - at.y) ** 2;
    if (far <= best && isShown(index)) [found, best] = [index, far];
  });
  return found;
}

/** The shown pictures within a line drawn around them; the line closes itself. */
export function inside(
  grid: Grid,
  line: readonly Spot[],
  isShown: (index: number) => boolean,
): Uint32Array {
  if (line.length < 3) return new Uint32Array();
  const xs = line.map((spot) => spot.x);
  const ys = line.map((spot) => spot.y);
  const box = {
    left: Math.min(...xs),
    right: Math.max(...xs),
    bottom: Math.min(...ys),
    top: Math.max(...ys),
  };
  const found: number[] = [];
  const { x, y } = grid.points;
  eachIn(grid, box, (index) => {
    if (isShown(index) && isWithin(xs, ys, x[index]!, y[index]!)) found.push(index);
  });
  return Uint32Array.from(found).sort();
}

/** Whether a ray to the right crosses the line an odd number of times. */
function isWithin(xs: readonly number[], ys: readonly number[], x: number, y: number): boolean {
  let within = false;
  for (let at = 0, before = xs.length - 1; at < xs.length; before = at++) {
    const [y1, y2] = [ys[at]!, ys[before]!];
    if (y1 > y === y2 > y) continue;
    const crossing = xs[at]! + ((y - y1) / (y2 - y1)) * (xs[before]! - xs[at]!);
    if (x < crossing) within = !within;
  }
  return within;
}
