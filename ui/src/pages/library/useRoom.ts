import { useCallback, useLayoutEffect, useRef, useState } from "react";

/** The height from where an element begins to the end of the window, less what is below it. */
export function useRoom(): [(node: HTMLElement | null) => void, string] {
  const node = useRef<HTMLElement | null>(null);
  const [top, setTop] = useState(56);
  const measure = useCallback(() => {
    if (node.current !== null) {
      setTop(Math.round(node.current.getBoundingClientRect().top + window.scrollY));
    }
  }, []);
  const ref = useCallback(
    (next: HTMLElement | null) => {
      node.current = next;
      measure();
    },
    [measure],
  );
  useLayoutEffect(() => {
    window.addEventListener("resize", measure);
    return () => window.removeEventListener("resize", measure);
  }, [measure]);
  return [ref, `calc(100dvh - ${top}px - var(--app-shell-footer-offset, 0px))`];
}
