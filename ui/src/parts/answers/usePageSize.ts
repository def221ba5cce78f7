import { type RefObject, useLayoutEffect, useRef, useState } from "react";

export interface PageSize {
  columns: number;
  /** Pictures of a page. */
  pictures: number;
}

/** As many pictures as fill the place, so that a page is judged at one look. */
export function usePageSize(): [RefObject<HTMLDivElement | null>, PageSize | null] {
  const place = useRef<HTMLDivElement>(null);
  const [size, setSize] = useState<PageSize | null>(null);
  useLayoutEffect(() => {
    const { clientWidth, clientHeight } = place.current!;
    setSize(window.innerWidth < NARROW ? ON_A_PHONE : fitting(clientWidth, clientHeight));
  }, []);
  return [place, size];
}

const NARROW = 768;
const ON_A_PHONE = { columns: 3, pictures: 18 };
/** The list of concepts beside the pictures; the question above them, and the buttons below. */
const BESIDE = 230;
const AROUND = 58 + 52;
const GAP = 10;
const SIDES = { least: 118, most: 165 };
const MOST = 60;

/** The columns that leave the least of the height empty. */
export function fitting(width: number, height: number): PageSize {
  const room = { width: width - BESIDE, height: height - AROUND };
  let best = { columns: 3, pictures: 6, left: Infinity };
  for (let columns = 3; columns <= 14; columns += 1) {
    const side = (room.width + GAP) / columns - GAP;
    if (side < SIDES.least || side > SIDES.most) continue;
    const rows = Math.max(Math.floor((room.height + GAP) / (side + GAP)), 2);
    const left = Math.abs(room.height - rows * (side + GAP));
    if (left < best.left) best = { columns, pictures: Math.min(columns * rows, MOST), left };
  }
  return best;
}
