/** The one outbox of a person in a workspace, which outlives pages, and how its letters are sent. */
import { api, told, workspaceNow } from "@/api/client";
import type { DecidedOut, Problem } from "@/api/schema";
import { type Letter, Outbox, type Reply } from "./outbox";

const PATIENCE = 30_000;

interface Request {
  path: string;
  body: unknown;
}

function requestOf(letter: Letter): Request {
  if (letter.kind === "decide") return { path: "/review/decisions", body: letter.body };
  if (letter.run !== null) return { path: `/runs/${letter.run}/undo`, body: undefined };
  return { path: "/review/take-up", body: letter.skips };
}

/** Not by the client of the pages: a letter belongs to the workspace it was written in. */
async function posted(
  workspace: string,
  letter: Letter,
  how: Pick<RequestInit, "keepalive" | "signal">,
): Promise<Response> {
  const { path, body } = requestOf(letter);
  return fetch(`/api/v1${path}`, {
    method: "POST",
    headers: {
      "Content-Type": "application/json",
      "Tagwright-Workspace": workspace,
      "Idempotency-Key": letter.id,
    },
    body: body === undefined ? null : JSON.stringify(body),
    ...how,
  });
}

async function sent(workspace: string, letter: Letter): Promise<Reply> {
  const stop = new AbortController();
  const late = setTimeout(() => stop.abort(), PATIENCE);
  try {
    const answer = await posted(workspace, letter, { signal: stop.signal });
    return replyOf(letter, answer, (await answer.json()) as unknown);
  } finally {
    clearTimeout(late);
  }
}

function replyOf(letter: Letter, answer: Response, data: unknown): Reply {
  if (!answer.ok) {
    return { status: answer.status, detail: (data as Problem).detail, decided: null };
  }
  const decided = letter.kind === "decide" ? (data as DecidedOut) : null;
  return { status: answer.status, detail: "", decided };
}

const boxes = new Map<string, Outbox>();

/** The outbox of who is logged in, in the workspace that is open. */
export function outboxOf(actor: string): Outbox {
  const workspace = workspaceNow() ?? "";
  const name = `tagwright.outbox.${workspace}.${actor}`;
  const known = boxes.get(name);
  if (known !== undefined) return known;
  const box = new Outbox({
    send: (letter) => sent(workspace, letter),
    storage: sessionStorage,
    name,
    sleep: (milliseconds) => new Promise((done) => setTimeout(done, milliseconds)),
  });
  boxes.set(name, box);
  window.addEventListener("online", box.hurry);
  window.addEventListener("pagehide", () => sendLast(workspace, box));
  window.addEventListener("beforeunload", (event) => {
    if (box.snapshot().state === "waiting") event.preventDefault();
  });
  box.start();
  return box;
}

/** When the page goes, once more without waiting: what arrives twice is done once. */
function sendLast(workspace: string, box: Outbox): void {
  for (const letter of box.unsent.slice(0, 20)) {
    if (letter.kind === "decide")
      void posted(workspace, letter, { keepalive: true }).catch(() => undefined);
  }
}

/** Ends with the last giving back: what is asked for after it is not given back by it. */
let giving: Promise<void> = Promise.resolve();
const LONGEST = 5_000;

/** Let others have pictures one holds, these or all; also when the page goes. */
export function release(taxonomy: string, assets?: string[]): Promise<void> {
  const body = assets === undefined ? { taxonomy } : { taxonomy, assets };
  const given = told(api.POST("/api/v1/review/release", { body, keepalive: true }));
  // They are free in ten minutes anyway: nobody need hear of it, nor wait for long.
  const done = Promise.race([given, new Promise((late) => setTimeout(late, LONGEST))]);
  giving = Promise.all([giving, done.catch(() => undefined)]).then(() => undefined);
  return giving;
}
