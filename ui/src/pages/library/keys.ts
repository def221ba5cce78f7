import { type Layout, neighbourRow } from "./layout";

/** What a key means in the grid. */
export type Act =
  | { kind: "go"; to: number; extend: boolean }
  | { kind: "toggle" }
  | { kind: "open" }
  | { kind: "all" }
  | { kind: "clear" };

interface Key {
  key: string;
  shiftKey: boolean;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
}

interface Where {
  layout: Layout;
  ratios: ArrayLike<number>;
  focus: number;
  /** Rows that are seen at once. */
  page: number;
}

export function actOf(event: Key, { layout, ratios, focus, page }: Where): Act | null {
  const { key, shiftKey: extend } = event;
  if (event.altKey) return null;
  if (event.ctrlKey || event.metaKey) return key.toLowerCase() === "a" ? { kind: "all" } : null;
  const last = Math.max(ratios.length - 1, 0);
  const go = (to: number): Act => ({ kind: "go", to: Math.min(Math.max(to, 0), last), extend });
  switch (key) {
    case "ArrowLeft":
      return go(focus - 1);
    case "ArrowRight":
      return go(focus + 1);
    case "ArrowUp":
      return go(neighbourRow(layout, ratios, focus, -1));
    case "ArrowDown":
      return go(neighbourRow(layout, ratios, focus, 1));
    case "PageUp":
      return go(neighbourRow(layout, ratios, focus, -page));
    case "PageDown":
      return go(neighbourRow(layout, ratios, focus, page));
    case "Home":
      return go(0);
    case "End":
      return go(last);
    case " ":
      return { kind: "toggle" };
    case "Enter":
      return { kind: "open" };
    case "Escape":
      return { kind: "clear" };
    default:
      return null;
  }
}
