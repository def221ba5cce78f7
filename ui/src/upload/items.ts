/** Files that go up, each with how far it is. */
import type { Found } from "./files";

export type Phase = "waiting" | "sending" | "created" | "exists" | "failed";

export interface Item {
  id: number;
  file: File;
  folders: readonly string[];
  labels: readonly string[];
  keywords: string | null;
  workspace: string | null;
  phase: Phase;
  /** Bytes on their way or there. */
  sent: number;
  tries: number;
  /** Not before this moment, in milliseconds. */
  due: number;
  /** Why it failed, in the server's words; "" where the page has the words. */
  reason: string;
  status: number;
}

export interface Totals {
  files: number;
  waiting: number;
  sending: number;
  created: number;
  exists: number;
  failed: number;
  bytes: number;
  sent: number;
}

/** `away`: nobody answers, and it is tried again. `stopped`: one must log in first. */
export interface Snapshot {
  items: readonly Item[];
  totals: Totals;
  paused: boolean;
  away: boolean;
  stopped: boolean;
  /** Files of an upload that a reload cut off. */
  lost: number;
}

export interface Wanted extends Found {
  labels: readonly string[];
  keywords: string | null;
}

export function totalsOf(items: readonly Item[]): Totals {
  const totals: Totals = {
    files: items.length,
    waiting: 0,
    sending: 0,
    created: 0,
    exists: 0,
    failed: 0,
    bytes: 0,
    sent: 0,
  };
  for (const { phase, file, sent } of items) {
    totals[phase] += 1;
    totals.bytes += file.size;
    totals.sent += phase === "failed" ? file.size : sent;
  }
  return totals;
}

export function emptySnapshot(): Snapshot {
  const state = { paused: false, away: false, stopped: false, lost: 0 };
  return { items: [], totals: totalsOf([]), ...state };
}
