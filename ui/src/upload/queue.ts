import { nextOf } from "./backoff";
import { emptySnapshot, type Item, type Snapshot, totalsOf, type Wanted } from "./items";
import { forget, markOf, recall, remember } from "./memory";
import { type Reply, type Send, UNREADABLE } from "./send";

/** What an item begins with, and begins again with. */
const FRESH = { tries: 0, due: 0, reason: "", status: 0 };

/** Files on their way at the same time: browsers open six connections to a server at most. */
const AT_ONCE = 4;
/** Milliseconds between what is told of progress: more often would only cost frames. */
const TOLD = 120;
const KEPT = 2_000;

interface Around {
  send: Send;
  now: () => number;
  chance: () => number;
}

/** Uploads of this page: what waits, what is on its way, what arrived and what did not. */
export class Uploads {
  private items: Item[] = [];
  private paused = false;
  private away = false;
  private stopped = false;
  private lost = 0;
  private ids = 0;
  private cancels = new Map<number, AbortController>();
  private listeners = new Set<() => void>();
  private snapshot: Snapshot = emptySnapshot();
  private telling: ReturnType<typeof setTimeout> | null = null;
  private waking: ReturnType<typeof setTimeout> | null = null;
  private kept = 0;

  constructor(private readonly around: Around) {}

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  now = (): Snapshot => this.snapshot;

  /** Look whether a reload cut something off. */
  open(workspace: string | null): void {
    this.lost = this.items.length === 0 ? (recall(workspace)?.left ?? 0) : 0;
    this.tell();
  }

  dismiss(workspace: string | null): void {
    forget(workspace);
    this.lost = 0;
    this.tell();
  }

  add(files: readonly Wanted[], workspace: string | null): void {
    const there = new Set(recall(workspace)?.done);
    const added = files.map((wanted): Item => {
      const isThere = there.has(markOf(wanted.file, wanted.folders, wanted.labels));
      const phase = isThere ? "exists" : "waiting";
      const sent = isThere ? wanted.file.size : 0;
      return { ...wanted, id: ++this.ids, workspace, phase, sent, ...FRESH };
    });
    this.items = [...this.items, ...added];
    this.lost = 0;
    this.pump();
  }

  pause(): void {
    this.paused = true;
    for (const item of this.items) if (item.phase === "sending") this.putBack(item);
    this.tell();
  }

  resume(): void {
    this.paused = false;
    this.stopped = false;
    this.hurry();
  }

  /** Try again what failed: one file, or all. */
  retry(id?: number): void {
    for (const item of this.items) {
      if (item.phase !== "failed" || (id !== undefined && item.id !== id)) continue;
      Object.assign(item, FRESH, { phase: "waiting", sent: 0 });
    }
    this.pump();
  }

  /** Leave out what has not arrived: one file, or all. */
  cancel(id?: number): void {
    const isOut = (item: Item) =>
      (id === undefined || item.id === id) && item.phase !== "created" && item.phase !== "exists";
    for (const item of this.items) if (isOut(item)) this.cancels.get(item.id)?.abort();
    this.items = this.items.filter((item) => !isOut(item));
    this.pump();
  }

  /** Forget what is over. */
  clear(): void {
    this.items = this.items.filter(({ phase }) => phase === "waiting" || phase === "sending");
    this.tell();
  }

  /** The network is back: do not wait any longer. */
  hurry(): void {
    for (const item of this.items) item.due = 0;
    this.pump();
  }

  /** The page goes away: note what has arrived, as it is now. */
  leave(): void {
    this.snapshot = this.taken();
    this.kept = 0;
    this.keep();
  }

  private pump(): void {
    if (this.waking !== null) clearTimeout(this.waking);
    this.waking = null;
    if (!this.paused && !this.stopped) {
      const now = this.around.now();
      let free = AT_ONCE - this.cancels.size;
      let soonest = Infinity;
      for (const item of this.items) {
        if (free <= 0) break;
        if (item.phase !== "waiting") continue;
        if (item.due > now) {
          soonest = Math.min(soonest, item.due);
          // Nobody answers: one file finds out when that is over, the others need not ask.
          if (this.away) break;
          continue;
        }
        free -= 1;
        void this.sendOne(item);
        if (this.away) break;
      }
      if (soonest < Infinity) this.waking = setTimeout(() => this.pump(), soonest - now);
    }
    this.tell();
  }

  private async sendOne(item: Item): Promise<void> {
    const cancel = new AbortController();
    this.cancels.set(item.id, cancel);
    item.phase = "sending";
    const reply = await this.around.send(item, cancel.signal, (bytes) => {
      item.sent = Math.min(bytes, item.file.size);
      this.tell();
    });
    this.cancels.delete(item.id);
    if (!cancel.signal.aborted) this.settle(item, reply);
    this.pump();
  }

  private settle(item: Item, reply: Reply): void {
    const next = nextOf(reply, item.tries, this.around.chance());
    this.away = reply.status === 0;
    item.status = reply.status;
    item.reason = reply.reason;
    if (next.kind === "done" && reply.outcome !== null) {
      item.phase = reply.outcome;
      item.sent = item.file.size;
    } else if (next.kind === "failed" || reply === UNREADABLE) {
      item.phase = "failed";
      item.sent = 0;
    } else {
      this.putBack(item);
      item.tries += 1;
      item.due = this.around.now() + (next.kind === "again" ? next.after : 0);
      this.stopped ||= next.kind === "stop";
    }
  }

  private putBack(item: Item): void {
    this.cancels.get(item.id)?.abort();
    this.cancels.delete(item.id);
    item.phase = "waiting";
    item.sent = 0;
  }

  /** Tell the page, not more often than it can show. */
  private tell(): void {
    this.telling ??= setTimeout(() => {
      this.telling = null;
      this.snapshot = this.taken();
      this.keep();
      for (const listener of this.listeners) listener();
    }, TOLD);
  }

  private taken(): Snapshot {
    const { paused, away, stopped, lost } = this;
    return { items: [...this.items], totals: totalsOf(this.items), paused, away, stopped, lost };
  }

  /** Note what has arrived, in case the page is closed. */
  private keep(): void {
    const { totals } = this.snapshot;
    const left = totals.waiting + totals.sending;
    const first = this.items[0];
    if (first === undefined || (left > 0 && this.around.now() - this.kept < KEPT)) return;
    this.kept = this.around.now();
    const done = this.items
      .filter(({ phase }) => phase === "created" || phase === "exists")
      .map(({ file, folders, labels }) => markOf(file, folders, labels));
    remember(first.workspace, { left, done });
  }
}
