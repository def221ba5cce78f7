/** One picture after another: those ahead, the one shown, and those answered, in a short window. */
import type { AnswerIn, DecisionsIn } from "@/api/schema";
import type { Listener } from "./outbox";

/** A picture of the window, and what the person said of it. */
export interface Sheet<Item, Choice> {
  item: Item;
  said: Said<Choice> | null;
}

export interface Said<Choice> {
  id: string;
  choice: Choice;
  right: boolean | null;
}

export type Status = "loading" | "ready" | "empty" | "failed";

export interface View<Item, Choice> {
  status: Status;
  sheet: Sheet<Item, Choice> | null;
  /** The pictures to come, of which the next few are fetched. */
  ahead: readonly Item[];
  /** Whether there is one to go back to. */
  hasBefore: boolean;
  /** The answer given last, which can be taken back. */
  last: Sheet<Item, Choice> | null;
  error: unknown;
}

interface Means<Item, Choice> {
  /** Tells what is asked from all else that is asked. */
  idOf: (item: Item) => string;
  next: (count: number) => Promise<Item[]>;
  /** Told of those that the person is not asked of any more. */
  release: (ids: string[]) => Promise<void>;
  answers: (item: Item, choice: Choice) => AnswerIn[];
  decide: (id: string, answers: DecisionsIn["answers"]) => void;
  takeBack: (id: string) => void;
  /** Told of each answer, and of each that is taken back. */
  count: (sheet: Sheet<Item, Choice>, sign: 1 | -1) => void;
  isRight: (item: Item, choice: Choice) => boolean | null;
}

/** Asked for at once. */
const PAGE = 20;
/** So few are left ahead when more are asked for. */
const LOW = 12;
/** So many stay behind to go back to: memory does not grow with the sitting. */
const BEHIND = 40;

export class Desk<Item, Choice> {
  private sheets: Sheet<Item, Choice>[] = [];
  private at = 0;
  private history: string[] = [];
  private isLoading = false;
  private isOver = false;
  private isClosed = false;
  private error: unknown = null;
  private view: View<Item, Choice>;
  private readonly watchers = new Set<() => void>();

  constructor(private readonly means: Means<Item, Choice>) {
    this.view = this.seen();
  }

  /** Ask for the first pictures. What was held before must have been given back. */
  start(): void {
    void this.fill();
  }

  readonly subscribe = (watcher: () => void): (() => void) => {
    this.watchers.add(watcher);
    return () => void this.watchers.delete(watcher);
  };

  readonly snapshot = (): View<Item, Choice> => this.view;

  /** Answer the picture that is shown, and go on to the next one that is open. */
  say(choice: Choice): Sheet<Item, Choice> | null {
    const sheet = this.sheets[this.at];
    if (sheet === undefined) return null;
    if (sheet.said !== null) this.retract(sheet);
    const id = crypto.randomUUID();
    const said = { id, choice, right: this.means.isRight(sheet.item, choice) };
    const answered = { ...sheet, said };
    this.sheets[this.at] = answered;
    this.history.push(this.means.idOf(sheet.item));
    this.means.decide(id, this.means.answers(sheet.item, choice));
    this.means.count(answered, 1);
    this.forward();
    this.trim();
    this.tell();
    void this.fill();
    return answered;
  }

  /** Take the last answer back and show its picture again. */
  undo(): Sheet<Item, Choice> | null {
    for (let id = this.history.pop(); id !== undefined; id = this.history.pop()) {
      const place = this.placeOf(id);
      const sheet = this.sheets[place];
      if (sheet?.said == null) continue;
      this.retract(sheet);
      this.at = place;
      this.tell();
      return sheet;
    }
    return null;
  }

  move(steps: 1 | -1): void {
    const to = this.at + steps;
    if (to < 0 || to >= this.sheets.length) return;
    this.at = to;
    this.trim();
    this.tell();
    void this.fill();
  }

  /** The server did not take an answer: the picture is open again, unless it has become another's. */
  readonly listener: Listener = {
    onSent: (letter, decided) => {
      for (const refused of decided?.refused ?? []) this.putBack(letter.id, refused.status !== 409);
    },
    onRefused: (letter) => {
      if (letter.kind === "decide") this.putBack(letter.id, true);
    },
  };

  /** Ask anew for what lies ahead: the machine has learned, or others have answered. */
  async renew(): Promise<void> {
    const gone = this.sheets.slice(this.at + 1).filter(({ said }) => said === null);
    this.sheets = this.sheets.filter((each) => !gone.includes(each));
    this.isOver = false;
    this.error = null;
    this.tell();
    if (gone.length > 0) await this.means.release(gone.map(({ item }) => this.means.idOf(item)));
    await this.fill();
  }

  close(): void {
    this.isClosed = true;
  }

  private async fill(): Promise<void> {
    const ahead = this.sheets.length - this.at;
    if (this.isLoading || this.isOver || this.isClosed || ahead > LOW) return;
    this.isLoading = true;
    this.error = null;
    this.tell();
    try {
      const items = await this.means.next(PAGE);
      if (this.isClosed) return void this.means.release(items.map(this.means.idOf));
      const known = new Set(this.sheets.map(({ item }) => this.means.idOf(item)));
      const fresh = items.filter((item) => !known.has(this.means.idOf(item)));
      this.isOver = fresh.length === 0;
      this.sheets.push(...fresh.map((item) => ({ item, said: null })));
      if (this.sheets[this.at] === undefined) this.forward();
    } catch (error) {
      this.error = error;
    }
    this.isLoading = false;
    this.tell();
  }

  /** To the next picture that is open, else to the first; behind the last where none is. */
  private forward(): void {
    const open = (each: Sheet<Item, Choice>) => each.said === null;
    const later = this.sheets.findIndex((each, place) => place > this.at && open(each));
    const first = this.sheets.findIndex(open);
    this.at = later >= 0 ? later : first >= 0 && this.isOver ? first : this.sheets.length;
  }

  private trim(): void {
    const over = this.at - BEHIND;
    if (over <= 0) return;
    const gone = this.sheets.splice(0, over);
    this.at -= over;
    this.history = this.history.slice(-BEHIND);
    const open = gone.flatMap(({ item, said }) => (said === null ? [this.means.idOf(item)] : []));
    if (open.length > 0) void this.means.release(open);
  }

  private retract(sheet: Sheet<Item, Choice>): void {
    if (sheet.said === null) return;
    const place = this.sheets.indexOf(sheet);
    this.means.takeBack(sheet.said.id);
    this.means.count(sheet, -1);
    this.sheets[place] = { ...sheet, said: null };
  }

  private putBack(id: string, isOpen: boolean): void {
    const place = this.sheets.findIndex(({ said }) => said?.id === id);
    const sheet = this.sheets[place];
    if (sheet === undefined) return;
    this.means.count(sheet, -1);
    this.history = this.history.filter((each) => each !== this.means.idOf(sheet.item));
    this.sheets.splice(place, 1);
    if (place < this.at) this.at -= 1;
    if (isOpen) this.sheets.splice(this.at, 0, { ...sheet, said: null });
    this.tell();
  }

  private placeOf(id: string): number {
    return this.sheets.findIndex(({ item }) => this.means.idOf(item) === id);
  }

  private tell(): void {
    this.view = this.seen();
    for (const watcher of this.watchers) watcher();
  }

  private seen(): View<Item, Choice> {
    const sheet = this.sheets[this.at] ?? null;
    const last = this.history.at(-1);
    return {
      status: sheet !== null ? "ready" : this.without(),
      sheet,
      ahead: this.sheets.slice(this.at + 1).flatMap(({ item, said }) => (said ? [] : [item])),
      hasBefore: this.at > 0 && this.sheets.length > 0,
      last: last === undefined ? null : (this.sheets[this.placeOf(last)] ?? null),
      error: this.error,
    };
  }

  private without(): Status {
    if (this.error !== null) return "failed";
    return this.isOver ? "empty" : "loading";
  }
}
