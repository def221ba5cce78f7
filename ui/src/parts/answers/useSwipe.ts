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
  const far = useRef(0);
  const [offset, setOffset] = useState(0);
  const follow = (pixels: number) => {
    far.current = pixels;
    setOffset(pixels);
  };
  const end = () => {
    start.current = null;
    follow(0);
  };
  return {
    offset,
    leaning: sideOf(offset),
    handlers: {
      onPointerDown: (event) => {
        if (event.pointerType !== "mouse" && event.isPrimary) start.current = event.clientX;
      },
      onPointerMove: (event) => {
        if (start.current !== null && event.isPrimary) follow(event.clientX - start.current);
      },
      onPointerUp: () => {
        // A flick may end before the picture was drawn where the finger is.
        const side = sideOf(far.current);
        end();
        if (side === "right") right();
        if (side === "left") left();
      },
      onPointerCancel: end,
    },
  };
}

function sideOf(offset: number): Side | null {
  return offset > FAR ? "right" : offset < -FAR ? "left" : null;
}
