import { useLayoutEffect, useRef, type RefObject } from "react";

/** Tells a part of the page, as `--top`, where it begins. */
export function useTop(): RefObject<HTMLDivElement | null> {
  const part = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const at = part.current;
    if (at === null) return;
    const measure = () => {
      const top = at.getBoundingClientRect().top + window.scrollY;
      at.style.setProperty("--top", `${Math.round(top)}px`);
    };
    measure();
    // What stands above may come or go.
    const watch = new ResizeObserver(measure);
    watch.observe(document.body);
    for (const before of at.parentElement?.children ?? []) if (before !== at) watch.observe(before);
    window.addEventListener("resize", measure);
    return () => {
      watch.disconnect();
      window.removeEventListener("resize", measure);
    };
  }, []);
  return part;
}
