/** Which pictures are shown as pictures when one is near enough, and where: none covers another. */
import { eachIn, type Grid } from "./grid";
import { onScreen, seen, type Size, type View } from "./view";

export interface Thumb {
  index: number;
  /** Its middle, in pixels. */
  x: number;
  y: number;
  side: number;
}

/** With more pictures in view, points tell more than a few pictures would. */
const TOO_MANY = 1_200;
const MOST = 150;
const SIDES = [48, 64, 88] as const;
/** Pictures in view, per side of `SIDES`: the fewer there are, the larger they may be. */
const FEWER = [Infinity, 400, 60] as const;
const GAP = 4;

export function thumbsIn(
  grid: Grid,
  view: View,
  size: Size,
  isShown: (index: number) => boolean,
): Thumb[] {
  const near: number[] = [];
  eachIn(grid, seen(view, size), (index) => {
    if (isShown(index)) near.push(index);
  });
  if (near.length > TOO_MANY) return [];
  const side = SIDES[FEWER.findLastIndex((most) => near.length <= most)]!;
  // A fixed order of chance: a picture that is shown stays while one moves.
  near.sort((a, b) => scatter(a) - scatter(b));
  return spread(grid, near, view, size, side);
}

function spread(grid: Grid, near: readonly number[], view: View, size: Size, side: number) {
  const { x, y } = grid.points;
  const taken = new Occupied(side + GAP);
  const thumbs: Thumb[] = [];
  const mayMove = near.length <= MOST;
  for (const index of near) {
    if (thumbs.length >= MOST) break;
    const spot = onScreen(view, size, x[index]!, y[index]!);
    const free = mayMove ? taken.nearFree(spot.x, spot.y) : taken.free(spot.x, spot.y);
    if (free === null) continue;
    taken.add(free[0], free[1]);
    thumbs.push({ index, x: free[0], y: free[1], side });
  }
  return thumbs;
}

/** Knuth's multiplicative hash: numbers in an order that shows no pattern. */
function scatter(index: number): number {
  return Math.imul(index + 1, 2654435761) >>> 0;
}

/** Squares that are taken, found by the cells that their middles lie in. */
class Occupied {
  private readonly cells = new Map<string, [number, number][]>();

  constructor(private readonly step: number) {}

  add(x: number, y: number): void {
    const key = this.key(x, y);
    this.cells.set(key, [...(this.cells.get(key) ?? []), [x, y]]);
  }

  free(x: number, y: number): [number, number] | null {
    for (const across of [-1, 0, 1]) {
      for (const down of [-1, 0, 1]) {
        const others = this.cells.get(this.key(x + across * this.step, y + down * this.step));
        if (others?.some(([ox, oy]) => this.covers(x - ox, y - oy))) return null;
      }
    }
    return [x, y];
  }

  /** The place itself, or one right beside it. */
  nearFree(x: number, y: number): [number, number] | null {
    for (const [across, down] of BESIDE) {
      const found = this.free(x + across * this.step, y + down * this.step);
      if (found !== null) return found;
    }
    return null;
  }

  private covers(byX: number, byY: number): boolean {
    // A place right beside is free: what rounding leaves over is no overlap.
    return Math.abs(byX) < this.step - 0.5 && Math.abs(byY) < this.step - 0.5;
  }

  private key(x: number, y: number): string {
    return `${Math.floor(x / this.step)},${Math.floor(y / this.step)}`;
  }
}

const BESIDE = [
  [0, 0],
  [0.5, 0.5],
  [-0.5, 0.5],
  [0.5, -0.5],
  [-0.5, -0.5],
  [1, 0],
  [-1, 0],
  [0, 1],
  [0, -1],
  [1, 1],
  [-1, 1],
  [1, -1],
  [-1, -1],
] as const;

/** The picture whose thumbnail is under a place; -1 without one. */
export function thumbAt(thumbs: readonly Thumb[], x: number, y: number): number {
  const found = thumbs.find(
    (each) => Math.abs(each.x - x) <= each.side / 2 && Math.abs(each.y - y) <= each.side / 2,
  );
  return found?.index ?? -1;
}

export interface Name {
  id: number;
  text: string;
  /** Its middle, and half its width, in pixels. */
  x: number;
  y: number;
  half: number;
}

/** Names of clusters that are in view and cover no larger one's. Give the largest first. */
export function namesIn(
  named: readonly { id: number; name: string; x: number; y: number }[],
  view: View,
  size: Size,
): Name[] {
  const placed: Name[] = [];
  for (const { id, name, x, y } of named) {
    const spot = onScreen(view, size, x, y);
    const half = Math.min(name.length, 24) * 3.8 + 10;
    const isSeen =
      spot.x > half && spot.x < size.width - half && spot.y > 14 && spot.y < size.height - 14;
    const isFree = placed.every(
      (other) => Math.abs(other.x - spot.x) > half + other.half || Math.abs(other.y - spot.y) > 26,
    );
    if (isSeen && isFree) placed.push({ id, text: name, half, ...spot });
  }
  return placed;
}
