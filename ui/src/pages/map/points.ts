/** The map's binary answers as arrays over their own bytes: nothing is copied. Little endian. */

/**
 * Where every picture lies. A picture's place in these is its number on this map; one that the
 * library no longer has keeps its number and lies nowhere (NaN).
 */
export interface Points {
  n: number;
  x: Float32Array;
  y: Float32Array;
  /** The cluster of each, -1 for those in none. */
  cluster: Int32Array;
}

const WORD = 4;

function counted(bytes: ArrayBuffer, columns: number): number {
  const n = bytes.byteLength < WORD ? -1 : new Uint32Array(bytes, 0, 1)[0]!;
  if (bytes.byteLength !== WORD * (1 + columns * n)) {
    throw new Error(`a map of ${n} pictures does not fit ${bytes.byteLength} bytes`);
  }
  return n;
}

export function pointsOf(bytes: ArrayBuffer): Points {
  const n = counted(bytes, 3);
  return {
    n,
    x: new Float32Array(bytes, WORD, n),
    y: new Float32Array(bytes, WORD * (1 + n), n),
    cluster: new Int32Array(bytes, WORD * (1 + 2 * n), n),
  };
}

/** A code for each picture, -1 for none. */
export function codesOf(bytes: ArrayBuffer): Int32Array {
  return new Int32Array(bytes, WORD, counted(bytes, 1));
}

/** A number for each picture, NaN where it is not known. */
export function valuesOf(bytes: ArrayBuffer): Float32Array {
  return new Float32Array(bytes, WORD, counted(bytes, 1));
}

/** The numbers of the pictures in a cluster. */
export function membersOf(points: Points, cluster: number): Uint32Array {
  const found = new Uint32Array(points.n);
  let size = 0;
  for (let at = 0; at < points.n; at++) if (points.cluster[at] === cluster) found[size++] = at;
  return found.slice(0, size);
}

export interface Bounds {
  left: number;
  right: number;
  bottom: number;
  top: number;
}

/** The smallest box around these pictures; around all without a choice. */
export function boundsOf({ n, x, y }: Points, indices?: Uint32Array): Bounds {
  const box = { left: Infinity, right: -Infinity, bottom: Infinity, top: -Infinity };
  const size = indices?.length ?? n;
  for (let at = 0; at < size; at++) {
    const index = indices === undefined ? at : indices[at]!;
    if (Number.isNaN(x[index]!)) continue;
    box.left = Math.min(box.left, x[index]!);
    box.right = Math.max(box.right, x[index]!);
    box.bottom = Math.min(box.bottom, y[index]!);
    box.top = Math.max(box.top, y[index]!);
  }
  return box.left > box.right ? { left: -1, right: 1, bottom: -1, top: 1 } : box;
}

/** The box around most of a group: a few that lie far away do not make the view too wide. */
export function coreOf(points: Points, indices: Uint32Array): Bounds {
  const spread = (values: Float32Array): [number, number] => {
    const own = Float32Array.from(indices, (index) => values[index]!)
      .filter((value) => !Number.isNaN(value))
      .sort();
    const skip = Math.floor(own.length / 20);
    return [own[skip] ?? -1, own[own.length - 1 - skip] ?? 1];
  };
  const [left, right] = spread(points.x);
  const [bottom, top] = spread(points.y);
  return { left, right, bottom, top };
}
