import { useState } from "react";

/** As many pictures as fill the window, so that a page is judged at one look. */
export function usePageSize(): number {
  const [size] = useState(() => fitting(window.innerWidth, window.innerHeight));
  return size;
}

const TILE = 148;
/** Around the pictures, on a wide window. */
const BESIDE = 208 + 250 + 80;
const ABOVE = 320;

export function fitting(width: number, height: number): number {
  if (width < 768) return 18;
  const columns = Math.max(Math.floor((width - BESIDE) / TILE), 3);
  const rows = Math.max(Math.floor((height - ABOVE) / TILE), 2);
  return Math.min(columns * rows, 60);
}
