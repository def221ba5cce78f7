import { useEffect, useRef } from "react";

export type Keys = Partial<Record<string, () => void>>;

/** Keys of a page, by `event.key`. What somebody writes, and what a focused control needs, is theirs. */
export function useKeys(keys: Keys, enabled = true): void {
  const latest = useRef(keys);
  useEffect(() => {
    latest.current = keys;
  });
  useEffect(() => {
    if (!enabled) return;
    const onKey = (event: KeyboardEvent) => {
      const act = latest.current[event.key];
      if (act === undefined || belongsElsewhere(event)) return;
      event.preventDefault();
      act();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [enabled]);
}

const PRESSING = new Set(["Enter", " "]);
const MOVING = /^(Arrow|Home|End)/;

function belongsElsewhere(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return true;
  const at = event.target instanceof Element ? event.target : null;
  if (at === null) return false;
  if (at.closest("[role=dialog],[role=menu],[role=listbox]") !== null) return true;
  const isChoice = at.matches("input[type=radio],input[type=checkbox]");
  if (!isChoice && at.matches("input,textarea,select,[contenteditable=true]")) return true;
  if (isChoice && MOVING.test(event.key)) return true;
  // A picture of the grid is pressed with the space bar; Enter is for the whole page.
  if (event.key === "Enter" && at.matches("[data-tile]")) return false;
  return PRESSING.has(event.key) && at.closest("button,a,input,summary") !== null;
}
