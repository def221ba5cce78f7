import { type PointerEvent, useRef, useState } from "react";

const FAR = 90;

type Side = "left" | "right";

interface Swipe {
  /** How far the picture is moved, in pixels. */
  offset: number;
  /** What letting go would say. */
  leaning: Side | null;
  handlers: {
    onPointerDown: (event: PointerEvent) => void;
    onPointerMove: (event: PointerEvent) => void;
    onPointerUp: () => void;
    onPointerCancel: () => void;
  };
}

/** Sideways with a finger. A mouse presses, and does not swipe. */
export function useSwipe(right: () => void, left: () => void): Swipe {
  const start = useRef<number | null>(null);
  const [offset, setOffset] = useState(0);
  const leaning: Side | null = offset > FAR ? "right" : offset < -FAR ? "left" : null;
  const end = () => {
    start.current = null;
    setOffset(0);
  };
  return {
    offset,
    leaning,
    handlers: {
      onPointerDown: (event) => {
        if (event.pointerType !== "mouse" && event.isPrimary) start.current = event.clientX;
      },
      onPointerMove: (event) => {
        if (start.current !== null && event.isPrimary) setOffset(event.clientX - start.current);
      },
      onPointerUp: () => {
        if (leaning === "right") right();
        if (leaning === "left") left();
        end();
      },
      onPointerCancel: end,
    },
  };
}
