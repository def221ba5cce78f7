/** What a person has done since they sat down: answers, pace, and how often the machine was right. */

/** One decision, which may be about several pictures. */
export interface Done {
  id: string;
  answers: number;
  /** Of the answers, those that say something of the machine's first guess. */
  judged: number;
  right: number;
  /** Pictures that were labelled with each concept. */
  concepts: Readonly<Record<string, number>>;
  at: number;
}

export interface Sitting {
  answers: number;
  judged: number;
  right: number;
  concepts: ReadonlyMap<string, number>;
  /** Answers a minute of late; null until there are enough to tell. */
  pace: number | null;
}

const LATELY = 5 * 60_000;
const ENOUGH = 5;
/** Decisions that the pace is told from. */
const MOST = 60;

/** A sum that decisions are added to and taken from. Only the last minutes are kept one by one. */
export class Counter {
  private answers = 0;
  private judged = 0;
  private right = 0;
  private readonly concepts = new Map<string, number>();
  private late: { id: string; answers: number; at: number }[] = [];
  private readonly watchers = new Set<() => void>();
  private now: Sitting = this.summed(0);

  add(done: Done): void {
    this.count(done, 1);
    const { id, answers, at } = done;
    const late = this.late.filter((each) => at - each.at < LATELY);
    this.late = [...late, { id, answers, at }].slice(-MOST);
    this.tell(done.at);
  }

  take(done: Done): void {
    this.count(done, -1);
    this.late = this.late.filter(({ id }) => id !== done.id);
    this.tell(Date.now());
  }

  readonly subscribe = (watcher: () => void): (() => void) => {
    this.watchers.add(watcher);
    return () => void this.watchers.delete(watcher);
  };

  readonly snapshot = (): Sitting => this.now;

  private count(done: Done, sign: 1 | -1): void {
    this.answers += sign * done.answers;
    this.judged += sign * done.judged;
    this.right += sign * done.right;
    for (const [concept, pictures] of Object.entries(done.concepts)) {
      this.concepts.set(concept, (this.concepts.get(concept) ?? 0) + sign * pictures);
    }
  }

  private tell(at: number): void {
    this.now = this.summed(at);
    for (const watcher of this.watchers) watcher();
  }

  private summed(at: number): Sitting {
    const { answers, judged, right } = this;
    return { answers, judged, right, concepts: new Map(this.concepts), pace: this.pace(at) };
  }

  private pace(at: number): number | null {
    const first = this.late[0];
    const given = this.late.slice(1).reduce((sum, each) => sum + each.answers, 0);
    if (first === undefined || given < ENOUGH || at <= first.at) return null;
    return (given * 60_000) / (at - first.at);
  }
}

/** The 95 % interval of a share (Wilson 1927). n > 0. */
export function wilson(hits: number, n: number): { low: number; high: number } {
  const z = 1.959964;
  const p = hits / n;
  const middle = (p + (z * z) / (2 * n)) / (1 + (z * z) / n);
  const half = ((z / (1 + (z * z) / n)) * Math.sqrt(n * p * (1 - p) + (z * z) / 4)) / n;
  return { low: Math.max(middle - half, 0), high: Math.min(middle + half, 1) };
}

const counters = new Map<string, Counter>();

/** The sitting of a taxonomy in a workspace; it lasts as long as the tab. */
export function sittingOf(workspace: string, taxonomy: string): Counter {
  const name = `${workspace}\n${taxonomy}`;
  const known = counters.get(name) ?? new Counter();
  counters.set(name, known);
  return known;
}
