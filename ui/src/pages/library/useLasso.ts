import { type PointerEvent, useRef, useState } from "react";
import type { Box } from "./layout";

/** Pixels before a press is a drag. */
const SLACK = 6;
/** Pixels from the edge within which the grid scrolls by itself, and how fast. */
const EDGE = 48;
const SPEED = 14;

interface Lasso {
  box: Box | null;
  onPointerDown: (event: PointerEvent<HTMLDivElement>) => void;
  /** Whether the click that follows ended a drag and means nothing. */
  wasDrag: () => boolean;
}

interface Heard {
  scroll: () => HTMLElement | null;
  sheet: () => HTMLElement | null;
  onStart: (isAdding: boolean) => void;
  onBox: (box: Box) => void;
  onEnd: (box: Box) => void;
}

/** A box drawn with the mouse, in the sheet's own measure; the grid scrolls at its edges. */
export function useLasso(heard: Heard): Lasso {
  const [box, setBox] = useState<Box | null>(null);
  const dragged = useRef(false);

  const onPointerDown = (event: PointerEvent<HTMLDivElement>) => {
    dragged.current = false;
    const [scroll, sheet] = [heard.scroll(), heard.sheet()];
    if (event.button !== 0 || event.pointerType !== "mouse" || !scroll || !sheet) return;
    // On the scrollbar.
    if (event.clientX > scroll.getBoundingClientRect().left + scroll.clientWidth) return;
    const isAdding = event.shiftKey || event.ctrlKey || event.metaKey;
    const pointOf = (x: number, y: number) => {
      const { left, top } = sheet.getBoundingClientRect();
      return { x: x - left, y: y - top };
    };
    const start = pointOf(event.clientX, event.clientY);
    const [pressedX, pressedY] = [event.clientX, event.clientY];
    let [atX, atY] = [pressedX, pressedY];
    let frame = 0;
    let now: Box | null = null;

    const draw = () => {
      const { top, bottom } = scroll.getBoundingClientRect();
      if (atY < top + EDGE) scroll.scrollTop -= SPEED;
      if (atY > bottom - EDGE) scroll.scrollTop += SPEED;
      const { x, y } = pointOf(atX, atY);
      now = {
        left: Math.min(start.x, x),
        right: Math.max(start.x, x),
        top: Math.min(start.y, y),
        bottom: Math.max(start.y, y),
      };
      setBox(now);
      heard.onBox(now);
      frame = requestAnimationFrame(draw);
    };
    const move = (moved: globalThis.PointerEvent) => {
      [atX, atY] = [moved.clientX, moved.clientY];
      if (dragged.current || Math.hypot(atX - pressedX, atY - pressedY) < SLACK) return;
      dragged.current = true;
      heard.onStart(isAdding);
      draw();
    };
    const end = () => {
      cancelAnimationFrame(frame);
      window.removeEventListener("pointermove", move);
      window.removeEventListener("pointerup", end);
      window.removeEventListener("pointercancel", end);
      setBox(null);
      if (now !== null) heard.onEnd(now);
    };
    window.addEventListener("pointermove", move);
    window.addEventListener("pointerup", end);
    window.addEventListener("pointercancel", end);
  };
  return { box, onPointerDown, wasDrag: () => dragged.current };
}
