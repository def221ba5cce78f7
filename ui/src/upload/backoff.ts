import type { Reply } from "./send";

/** What to do after a reply: it is done, try again in so many milliseconds, stop all, give it up. */
export type Next =
  { kind: "done" } | { kind: "again"; after: number } | { kind: "stop" } | { kind: "failed" };

const LONGEST = 30_000;
/** A fault of the server's own may pass; the same one many times does not. */
const FAULTS = 5;

/** tries: how often this file was sent before. chance: in [0, 1), so that not all come at once. */
export function nextOf(reply: Reply, tries: number, chance: number): Next {
  const { status, outcome } = reply;
  if (status >= 200 && status < 300 && outcome !== null) return { kind: "done" };
  if (status === 401) return { kind: "stop" };
  const isAway = status === 0 || status === 429 || status === 503 || status === 409;
  const isFault = status >= 500 || (status >= 200 && status < 300);
  if (!isAway && (!isFault || tries >= FAULTS)) return { kind: "failed" };
  const named = reply.wait === null ? 0 : reply.wait * 1000;
  const grown = Math.min(500 * 2 ** tries, LONGEST);
  return { kind: "again", after: Math.max(named, grown * (0.5 + chance / 2)) };
}
