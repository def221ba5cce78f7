/** Answers on their way to the server: in order, again when the network fails, never lost. */
import type { DecidedOut, DecisionsIn } from "@/api/schema";

/** What is sent. Its id is its idempotency key: sent twice, it is done once. */
export type Letter =
  | { id: string; kind: "decide"; body: DecisionsIn }
  /** Takes back the letter `of`; `run` is known once that one has arrived. */
  | { id: string; kind: "undo"; of: string; run: string | null; skips: Skips | null };

/** Pictures that were skipped, of which the person is to be asked again. */
export interface Skips {
  taxonomy: string;
  assets: string[];
}

export interface Reply {
  status: number;
  /** What the server says went wrong. */
  detail: string;
  decided: DecidedOut | null;
}

export type State = "idle" | "sending" | "waiting" | "logged-out";

export interface Post {
  unsent: number;
  state: State;
}

export interface Listener {
  onSent?: (letter: Letter, decided: DecidedOut | null) => void;
  onRefused?: (letter: Letter, reply: Reply) => void;
}

interface Means {
  /** Throws where the network fails. */
  send: (letter: Letter) => Promise<Reply>;
  storage: Pick<Storage, "getItem" | "setItem" | "removeItem">;
  /** What the letters are kept under; a person's in one workspace. */
  name: string;
  sleep: (milliseconds: number) => Promise<void>;
}

const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 15_000;
/** An error of the server's own may pass, but not for ever. */
const SERVER_ERRORS = 6;
/** Sent letters whose runs are known, so that they can be taken back. */
const REMEMBERED = 300;

export class Outbox {
  private letters: Letter[];
  private readonly runs = new Map<string, string | null>();
  private readonly listeners = new Set<Listener>();
  private readonly watchers = new Set<() => void>();
  private post: Post;
  private isFlying = false;
  private wake: (() => void) | null = null;

  constructor(private readonly means: Means) {
    this.letters = kept(means);
    this.post = { unsent: this.letters.length, state: "idle" };
  }

  /** What an earlier page left, and whatever comes. */
  start(): void {
    void this.run();
  }

  decide(id: string, body: DecisionsIn): void {
    this.put([...this.letters, { id, kind: "decide", body }]);
    void this.run();
  }

  /** Take a decision back: one that has not left is not sent at all. */
  takeBack(id: string): void {
    const waits = this.letters.findIndex((each) => each.id === id);
    if (waits > 0 || (waits === 0 && !this.isFlying)) {
      this.put(this.letters.filter((each) => each.id !== id));
      return;
    }
    const flying = this.letters[waits];
    const skips = flying?.kind === "decide" ? skipsOf(flying.body) : (this.skips.get(id) ?? null);
    const run = this.runs.get(id) ?? null;
    this.put([...this.letters, { id: crypto.randomUUID(), kind: "undo", of: id, run, skips }]);
    void this.run();
  }

  listen(listener: Listener): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  readonly subscribe = (watcher: () => void): (() => void) => {
    this.watchers.add(watcher);
    return () => void this.watchers.delete(watcher);
  };

  readonly snapshot = (): Post => this.post;

  get unsent(): readonly Letter[] {
    return this.letters;
  }

  /** Try at once what waits for the network. */
  readonly hurry = (): void => {
    this.wake?.();
    void this.run();
  };

  /** When all that was said has arrived. */
  async drained(): Promise<void> {
    while (this.letters.length > 0) {
      await new Promise<void>((done) => {
        const stop = this.subscribe(() => {
          stop();
          done();
        });
      });
    }
  }

  private readonly skips = new Map<string, Skips>();

  private async run(): Promise<void> {
    if (this.isFlying) return;
    this.isFlying = true;
    let failures = 0;
    try {
      for (let letter = this.letters[0]; letter !== undefined; letter = this.letters[0]) {
        this.show("sending");
        const reply = await this.tried(letter);
        if (reply.status === 401) {
          this.show("logged-out");
          return;
        }
        if (mayPass(reply.status, failures)) {
          failures += 1;
          await this.pause(failures);
          continue;
        }
        failures = 0;
        this.arrived(letter, reply);
      }
      this.show("idle");
    } finally {
      this.isFlying = false;
    }
  }

  private async tried(letter: Letter): Promise<Reply> {
    // There is nothing to take back where nothing was said.
    if (letter.kind === "undo" && letter.run === null && letter.skips === null) {
      return { status: 200, detail: "", decided: null };
    }
    try {
      return await this.means.send(letter);
    } catch {
      return { status: 0, detail: "", decided: null };
    }
  }

  private async pause(failures: number): Promise<void> {
    this.show("waiting");
    const length = Math.min(FIRST_PAUSE * 2 ** (failures - 1), LONGEST_PAUSE);
    await Promise.race([
      this.means.sleep(length),
      new Promise<void>((done) => {
        this.wake = done;
      }),
    ]);
    this.wake = null;
  }

  private arrived(letter: Letter, reply: Reply): void {
    const run = reply.decided?.run ?? null;
    if (letter.kind === "decide") this.remember(letter, run);
    const rest = this.letters.filter((each) => each.id !== letter.id);
    this.put(
      rest.map((each) => (each.kind === "undo" && each.of === letter.id ? { ...each, run } : each)),
    );
    const refused = reply.status >= 400;
    for (const listener of this.listeners) {
      if (refused) listener.onRefused?.(letter, reply);
      else listener.onSent?.(letter, reply.decided);
    }
  }

  private remember(letter: Letter & { kind: "decide" }, run: string | null): void {
    this.runs.set(letter.id, run);
    const skips = skipsOf(letter.body);
    if (skips !== null) this.skips.set(letter.id, skips);
    for (const old of [...this.runs.keys()].slice(0, -REMEMBERED)) {
      this.runs.delete(old);
      this.skips.delete(old);
    }
  }

  private put(letters: Letter[]): void {
    this.letters = letters;
    if (letters.length === 0) this.means.storage.removeItem(this.means.name);
    else this.means.storage.setItem(this.means.name, JSON.stringify(letters));
    this.show(this.post.state);
  }

  private show(state: State): void {
    const unsent = this.letters.length;
    if (this.post.state === state && this.post.unsent === unsent) return;
    this.post = { unsent, state };
    for (const watcher of [...this.watchers]) watcher();
  }
}

/** Whether a later try may succeed: no network, too many requests, a server that is away. */
function mayPass(status: number, failures: number): boolean {
  if (status === 0 || status === 429 || status === 503) return true;
  return status >= 500 && failures < SERVER_ERRORS;
}

function skipsOf(body: DecisionsIn): Skips | null {
  const assets = body.answers.filter(({ kind }) => kind === "skip").map(({ asset }) => asset);
  return assets.length > 0 ? { taxonomy: body.taxonomy, assets } : null;
}

function kept({ storage, name }: Means): Letter[] {
  try {
    return JSON.parse(storage.getItem(name) ?? "[]") as Letter[];
  } catch {
    return [];
  }
}
