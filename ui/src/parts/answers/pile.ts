/** Pictures of one suggested tag, a page at a time: the wrong ones are ticked off, the rest stands. */
import type { AnswerIn } from "@/api/schema";
import type { Listener } from "./outbox";

/** What a page shows: pictures of one group look alike. */
export interface Pictured {
  asset: string;
  group: string;
}

/** Pictures that look alike stand and fall together, until they are laid apart. */
export interface Stack<Item> {
  /** Of its first picture. */
  id: string;
  items: readonly Item[];
  isWrong: boolean;
}

export interface Settled<Item> {
  id: string;
  stacks: readonly Stack<Item>[];
  right: number;
  wrong: number;
}

export type Status = "loading" | "ready" | "empty" | "failed";

export interface View<Item> {
  status: Status;
  stacks: readonly Stack<Item>[];
  /** Pictures of the next page, which is there already. */
  ahead: readonly Item[];
  last: Settled<Item> | null;
  error: unknown;
}

interface Means<Item> {
  size: number;
  next: (count: number) => Promise<Item[]>;
  release: (assets: string[]) => Promise<void>;
  answer: (item: Item, isRight: boolean) => AnswerIn;
  decide: (id: string, answers: AnswerIn[]) => void;
  takeBack: (id: string) => void;
  count: (settled: Settled<Item>, sign: 1 | -1) => void;
}

/** Pages that can be taken back. */
const REMEMBERED = 5;

export class Pile<Item extends Pictured> {
  private stacks: Stack<Item>[] = [];
  private ahead: Item[] = [];
  private history: Settled<Item>[] = [];
  private isLoading = false;
  private isOver = false;
  private isClosed = false;
  private error: unknown = null;
  private view: View<Item>;
  private readonly watchers = new Set<() => void>();

  constructor(private readonly means: Means<Item>) {
    this.view = this.seen();
  }

  start(): void {
    void this.fill();
  }

  /** Ask anew for what comes after this page: the machine has learned, or others have answered. */
  async renew(): Promise<void> {
    const gone = this.ahead.map(({ asset }) => asset);
    this.ahead = [];
    this.isOver = false;
    this.error = null;
    this.tell();
    if (gone.length > 0) await this.means.release(gone);
    await this.fill();
  }

  close(): void {
    this.isClosed = true;
  }

  readonly subscribe = (watcher: () => void): (() => void) => {
    this.watchers.add(watcher);
    return () => void this.watchers.delete(watcher);
  };

  readonly snapshot = (): View<Item> => this.view;

  mark(id: string): Stack<Item> | null {
    const place = this.stacks.findIndex((each) => each.id === id);
    const stack = this.stacks[place];
    if (stack === undefined) return null;
    const marked = { ...stack, isWrong: !stack.isWrong };
    this.stacks = this.stacks.with(place, marked);
    this.tell();
    return marked;
  }

  markAll(): void {
    const isWrong = this.stacks.some((each) => !each.isWrong);
    this.stacks = this.stacks.map((each) => ({ ...each, isWrong }));
    this.tell();
  }

  /** Lay look-alikes apart, to judge each alone. */
  layApart(id: string): void {
    this.stacks = this.stacks.flatMap((each) =>
      each.id === id
        ? each.items.map((item) => ({ id: item.asset, items: [item], isWrong: each.isWrong }))
        : [each],
    );
    this.tell();
  }

  /** Reject what is ticked off, confirm the rest, and show the next page. */
  settle(): Settled<Item> | null {
    if (this.stacks.length === 0) return null;
    const settled = settledOf(crypto.randomUUID(), this.stacks);
    const answers = this.stacks.flatMap(({ items, isWrong }) =>
      items.map((item) => this.means.answer(item, !isWrong)),
    );
    this.means.decide(settled.id, answers);
    this.means.count(settled, 1);
    this.history = [...this.history, settled].slice(-REMEMBERED);
    this.stacks = [];
    this.deal();
    this.tell();
    void this.fill();
    return settled;
  }

  /** Take the last page back; what is shown now comes after it. */
  undo(): Settled<Item> | null {
    const settled = this.history.pop();
    if (settled === undefined) return null;
    this.means.takeBack(settled.id);
    this.means.count(settled, -1);
    this.ahead = [...this.stacks.flatMap(({ items }) => items), ...this.ahead];
    this.stacks = [...settled.stacks];
    this.tell();
    return settled;
  }

  /** What the server did not take comes again, unless it has become another's. */
  readonly listener: Listener = {
    onSent: (letter, decided) => {
      const refused = new Map(decided?.refused.map(({ asset, status }) => [asset, status]));
      if (refused.size > 0) this.putBack(letter.id, (asset) => refused.get(asset) ?? null);
    },
    onRefused: (letter, reply) => {
      if (letter.kind === "decide") this.putBack(letter.id, () => reply.status);
    },
  };

  private putBack(id: string, statusOf: (asset: string) => number | null): void {
    const settled = this.history.find((each) => each.id === id);
    if (settled === undefined) return;
    const refused = pick(settled.stacks, (asset) => statusOf(asset) !== null);
    const taken = pick(settled.stacks, (asset) => statusOf(asset) === null);
    this.means.count(settledOf(id, refused), -1);
    this.history = this.history.flatMap((each) =>
      each !== settled ? [each] : taken.length > 0 ? [settledOf(id, taken)] : [],
    );
    this.stacks = [...pick(refused, (asset) => statusOf(asset) !== 409), ...this.stacks];
    this.tell();
  }

  private async fill(): Promise<void> {
    if (this.isLoading || this.isOver || this.isClosed || this.ahead.length >= this.means.size) {
      return;
    }
    this.isLoading = true;
    this.error = null;
    this.tell();
    try {
      const items = await this.means.next(this.means.size);
      if (this.isClosed) return void this.means.release(items.map(({ asset }) => asset));
      this.isOver = items.length === 0;
      this.ahead.push(...items);
      if (this.stacks.length === 0) this.deal();
    } catch (error) {
      this.error = error;
    }
    this.isLoading = false;
    this.tell();
    if (this.error === null) void this.fill();
  }

  /** The next page. A group is not torn apart by the end of one. */
  private deal(): void {
    const size = this.means.size;
    const last = this.ahead[size - 1]?.group;
    let end = size;
    while (last !== undefined && this.ahead[end]?.group === last) end += 1;
    const page = this.ahead.slice(0, end);
    this.ahead = this.ahead.slice(end);
    this.stacks = stacked(page);
  }

  private tell(): void {
    this.view = this.seen();
    for (const watcher of this.watchers) watcher();
  }

  private seen(): View<Item> {
    const status = this.stacks.length > 0 ? "ready" : this.without();
    const { stacks, ahead, error } = this;
    return { status, stacks, ahead, last: this.history.at(-1) ?? null, error };
  }

  private without(): Status {
    if (this.error !== null) return "failed";
    return this.isOver && !this.isLoading ? "empty" : "loading";
  }
}

/** Look-alikes in one stack, where the first of them was. */
export function stacked<Item extends Pictured>(items: readonly Item[]): Stack<Item>[] {
  const groups = new Map<string, Item[]>();
  for (const item of items) groups.set(item.group, [...(groups.get(item.group) ?? []), item]);
  return [...groups.values()].map((some) => ({ id: some[0]!.asset, items: some, isWrong: false }));
}

function pick<Item extends Pictured>(
  stacks: readonly Stack<Item>[],
  wanted: (asset: string) => boolean,
): Stack<Item>[] {
  return stacks.flatMap((each) => {
    const items = each.items.filter(({ asset }) => wanted(asset));
    return items.length > 0 ? [{ ...each, id: items[0]!.asset, items }] : [];
  });
}

function settledOf<Item>(id: string, stacks: readonly Stack<Item>[]): Settled<Item> {
  const of = (isWrong: boolean) =>
    stacks.reduce((sum, each) => sum + (each.isWrong === isWrong ? each.items.length : 0), 0);
  return { id, stacks, right: of(false), wrong: of(true) };
}
