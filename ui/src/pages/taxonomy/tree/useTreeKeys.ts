import { type KeyboardEvent, useRef } from "react";
import { moveFor, startingWith } from "./keys";
import type { Row } from "./rows";
import type { Act } from "./TreeView";

/** Letters that come within this many milliseconds are one word. */
const ONE_WORD = 700;

/** What the keys do while the tree has the focus. */
export function useTreeKeys(rows: readonly Row[], at: number, mayEdit: boolean, act: Act) {
  const typed = useRef({ text: "", at: 0 });
  return (event: KeyboardEvent): void => {
    if (event.altKey) return;
    if (event.ctrlKey || event.metaKey) {
      if (event.key !== "z" || !mayEdit) return;
      event.preventDefault();
      return act.back();
    }
    if (command(event.key, rows[at], mayEdit, act) || walk(event.key, rows, at, act)) {
      event.preventDefault();
      return;
    }
    if (event.key.length !== 1 || event.key === " ") return;
    const now = Date.now();
    const before = now - typed.current.at < ONE_WORD ? typed.current.text : "";
    typed.current = { text: before + event.key, at: now };
    const found = startingWith(rows, at, typed.current.text);
    if (found !== null) act.pick(rows[found]!.id);
  };
}

/** Keys that do something with the line. Returns whether this was one. */
function command(key: string, row: Row | undefined, mayEdit: boolean, act: Act): boolean {
  if (key === "/") {
    act.find();
    return true;
  }
  if (row === undefined) return false;
  if (key === "Enter" || key === " ") {
    act.show(row.id);
    return true;
  }
  if (!mayEdit) return false;
  const does = { F2: act.startNaming, Delete: act.remove, Insert: act.add, "+": act.add }[key];
  does?.(row.id);
  return does !== undefined;
}

function walk(key: string, rows: readonly Row[], at: number, act: Act): boolean {
  const move = moveFor(key, rows, at);
  if (move === null) return false;
  if ("to" in move) act.pick(rows[move.to]!.id);
  else if ("open" in move) act.toggle([rows[at]!.id], move.open);
  else act.toggle(siblingsOf(rows, at), true);
  return true;
}

function siblingsOf(rows: readonly Row[], at: number): string[] {
  const { level, facet, concept } = rows[at]!;
  return rows
    .filter((row) => row.level === level && row.concept?.parent === concept?.parent)
    .filter((row) => concept === null || row.facet.id === facet.id)
    .map((row) => row.id);
}
