import { nameOf, plain, type Row } from "./rows";

/** What a key does in the tree: go to a line, or open or close the one it is on. */
export type Move = { to: number } | { open: boolean } | { openSiblings: true } | null;

const PAGE = 10;

/** As the tree pattern of ARIA has it. `at`: the line that is active; -1: none yet. */
export function moveFor(key: string, rows: readonly Row[], at: number): Move {
  const row = rows[at];
  const last = rows.length - 1;
  if (rows.length === 0) return null;
  if (row === undefined) return ["ArrowDown", "Home"].includes(key) ? { to: 0 } : null;
  switch (key) {
    case "ArrowDown":
      return { to: Math.min(at + 1, last) };
    case "ArrowUp":
      return { to: Math.max(at - 1, 0) };
    case "PageDown":
      return { to: Math.min(at + PAGE, last) };
    case "PageUp":
      return { to: Math.max(at - PAGE, 0) };
    case "Home":
      return { to: 0 };
    case "End":
      return { to: last };
    case "ArrowRight":
      return row.open === false ? { open: true } : row.open ? { to: at + 1 } : null;
    case "ArrowLeft":
      return row.open ? { open: false } : toParent(rows, at);
    case "*":
      return { openSiblings: true };
    default:
      return null;
  }
}

function toParent(rows: readonly Row[], at: number): Move {
  const level = rows[at]!.level;
  for (let above = at - 1; above >= 0; above -= 1) {
    if (rows[above]!.level < level) return { to: above };
  }
  return null;
}

/** The next line, from the active one on and round, whose name begins with what was typed. */
export function startingWith(rows: readonly Row[], at: number, typed: string): number | null {
  const said = plain(typed);
  if (!said) return null;
  // One letter, again and again, goes on to the next; a word may still name the line one is on.
  const isOneLetter = [...said].every((letter) => letter === said[0]);
  const wanted = isOneLetter ? said[0]! : said;
  const first = isOneLetter ? at + 1 : Math.max(at, 0);
  for (let step = 0; step < rows.length; step += 1) {
    const index = (first + step) % rows.length;
    if (plain(nameOf(rows[index]!)).startsWith(wanted)) return index;
  }
  return null;
}
