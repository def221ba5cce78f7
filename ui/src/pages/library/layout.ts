/** Justified rows: every picture of a row has one height, and the row fills the width. */

export interface Layout {
  width: number;
  /** Row r holds the pictures from starts[r] to starts[r + 1], between tops[r] and tops[r + 1]. */
  starts: Int32Array;
  tops: Float64Array;
  gap: number;
  rows: number;
  height: number;
}

export interface Place {
  index: number;
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Panoramas and bookmarks are cut to this, in hundredths, or they would fill rows of their own. */
const NARROWEST = 45;
const WIDEST = 300;

function ratioAt(ratios: ArrayLike<number>, at: number): number {
  return Math.min(Math.max(ratios[at] ?? 100, NARROWEST), WIDEST) / 100;
}

/** ratios: width by height in hundredths. wanted: about how high a row should be. */
export function laidOut(
  ratios: ArrayLike<number>,
  width: number,
  wanted: number,
  gap: number,
): Layout {
  const many = ratios.length;
  const starts = new Int32Array(many + 1);
  const tops = new Float64Array(many + 1);
  let rows = 0;
  let top = 0;
  let sum = 0;
  let start = 0;
  for (let at = 0; at < many; at++) {
    sum += ratioAt(ratios, at);
    const room = width - gap * (at - start);
    const isLast = at === many - 1;
    if (sum * wanted < room && !isLast) continue;
    // A last row that is not full keeps the height of the others.
    const height = Math.min(room / sum, isLast ? wanted : Infinity);
    starts[rows] = start;
    tops[rows] = top;
    rows += 1;
    top += height + gap;
    sum = 0;
    start = at + 1;
  }
  starts[rows] = many;
  tops[rows] = top;
  return {
    width,
    starts: starts.subarray(0, rows + 1),
    tops: tops.subarray(0, rows + 1),
    gap,
    rows,
    height: Math.max(top - gap, 0),
  };
}

/** The row that a height lies in. */
export function rowAt({ tops, rows }: Layout, y: number): number {
  return Math.min(Math.max(last(tops, y, rows), 0), Math.max(rows - 1, 0));
}

export function rowOf({ starts, rows }: Layout, index: number): number {
  return Math.min(Math.max(last(starts, index, rows), 0), Math.max(rows - 1, 0));
}

/** The last place among the first `many` whose value is at most `value`. */
function last(values: ArrayLike<number>, value: number, many: number): number {
  let low = 0;
  let high = many;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle]! <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Where the pictures of some rows stand, `to` not among them. */
export function places(
  layout: Layout,
  ratios: ArrayLike<number>,
  from: number,
  to: number,
): Place[] {
  const found: Place[] = [];
  for (let row = from; row < Math.min(to, layout.rows); row++) {
    const y = layout.tops[row]!;
    const height = layout.tops[row + 1]! - y - layout.gap;
    let x = 0;
    for (let index = layout.starts[row]!; index < layout.starts[row + 1]!; index++) {
      const width = ratioAt(ratios, index) * height;
      found.push({ index, x, y, width, height });
      x += width + layout.gap;
    }
  }
  return found;
}

/** The picture in the row above or below that stands closest. */
export function neighbourRow(
  layout: Layout,
  ratios: ArrayLike<number>,
  index: number,
  step: number,
): number {
  const row = rowOf(layout, index);
  const target = Math.min(Math.max(row + step, 0), layout.rows - 1);
  const here = places(layout, ratios, row, row + 1).find((place) => place.index === index);
  if (here === undefined || target === row) return step < 0 ? 0 : Math.max(ratios.length - 1, 0);
  const middle = here.x + here.width / 2;
  const off = ({ x, width }: Place) => Math.abs(x + width / 2 - middle);
  return places(layout, ratios, target, target + 1).reduce((best, each) =>
    off(each) < off(best) ? each : best,
  ).index;
}

export interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** The pictures that a box touches. */
export function touched(layout: Layout, ratios: ArrayLike<number>, box: Box): number[] {
  if (layout.rows === 0 || box.bottom < 0 || box.top > layout.height) return [];
  return places(layout, ratios, rowAt(layout, box.top), rowAt(layout, box.bottom) + 1)
    .filter(
      ({ x, y, width, height }) =>
        x < box.right && x + width > box.left && y < box.bottom && y + height > box.top,
    )
    .map(({ index }) => index);
}
