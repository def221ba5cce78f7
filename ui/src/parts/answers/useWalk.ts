import { type RefObject, useState } from "react";
import { useKeys } from "@/parts/useKeys";

interface Acts {
  mark: (place: number) => void;
  apart?: (place: number) => void;
}

/** Arrows from picture to picture, as they lie on the screen. */
export function useWalk(list: RefObject<HTMLUListElement | null>, size: number, acts: Acts) {
  const [at, setAt] = useState(0);
  const go = (to: number) => {
    const place = Math.min(Math.max(to, 0), size - 1);
    setAt(place);
    list.current?.querySelectorAll<HTMLElement>("[data-tile]")[place]?.focus();
  };
  const columns = () => {
    const template = list.current && getComputedStyle(list.current).gridTemplateColumns;
    return template ? template.split(" ").length : 1;
  };
  useKeys({
    ArrowRight: () => go(at + 1),
    ArrowLeft: () => go(at - 1),
    ArrowDown: () => go(at + columns()),
    ArrowUp: () => go(at - columns()),
    Home: () => go(0),
    End: () => go(size - 1),
    x: () => acts.mark(at),
    o: () => acts.apart?.(at),
  });
  return { at: Math.min(at, size - 1), setAt };
}
