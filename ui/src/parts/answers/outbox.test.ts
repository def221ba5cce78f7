import { beforeEach, describe, expect, it } from "vitest";
import type { DecisionsIn } from "@/api/schema";
import { type Letter, Outbox, type Reply } from "./outbox";

const FINE = (run: string | null): Reply => ({
  status: 200,
  detail: "",
  decided: { run, decided: 1, skipped: 0, refused: [] },
});
const status = (code: number): Reply => ({ status: code, detail: "no", decided: null });
const said = (asset: string, kind: "confirm" | "skip" = "confirm"): DecisionsIn => ({
  taxonomy: "t",
  answers: [{ kind, asset, concept: "c" }],
});

/** A server that answers by turns, and notes what came. */
function server(...turns: (Reply | "down")[]) {
  const came: Letter[] = [];
  const send = (letter: Letter): Promise<Reply> => {
    came.push(letter);
    const turn = turns.shift() ?? FINE(`run of ${letter.id}`);
    return turn === "down" ? Promise.reject(new TypeError("down")) : Promise.resolve(turn);
  };
  return { came, send };
}

function boxOf(send: (letter: Letter) => Promise<Reply>): Outbox {
  return new Outbox({ send, storage: sessionStorage, name: "box", sleep: () => Promise.resolve() });
}

beforeEach(() => sessionStorage.clear());

describe("the outbox", () => {
  it("sends in the order in which things were said", async () => {
    const { came, send } = server();
    const box = boxOf(send);
    for (const id of ["1", "2", "3"]) box.decide(id, said(id));
    await box.drained();
    expect(came.map(({ id }) => id)).toEqual(["1", "2", "3"]);
    expect(box.snapshot().unsent).toBe(0);
  });

  it("sends again, under the same name, what the network or the server lost", async () => {
    const { came, send } = server("down", status(503), status(500), FINE("r"));
    const box = boxOf(send);
    box.decide("1", said("a"));
    box.decide("2", said("b"));
    await box.drained();
    expect(came.map(({ id }) => id)).toEqual(["1", "1", "1", "1", "2"]);
  });

  it("tells what was refused, and goes on", async () => {
    const { send } = server(status(422));
    const box = boxOf(send);
    const refused: string[] = [];
    box.listen({ onRefused: (letter) => refused.push(letter.id) });
    box.decide("1", said("a"));
    box.decide("2", said("b"));
    await box.drained();
    expect(refused).toEqual(["1"]);
  });

  it("keeps everything while nobody is logged in", async () => {
    const { send } = server(status(401));
    const box = boxOf(send);
    box.decide("1", said("a"));
    await Promise.resolve();
    await Promise.resolve();
    await Promise.resolve();
    expect(box.snapshot()).toEqual({ unsent: 1, state: "logged-out" });
    box.hurry();
    await box.drained();
  });

  it("takes up after a reload what was not sent", async () => {
    const never = boxOf(() => new Promise(() => undefined));
    never.decide("1", said("a"));
    never.decide("2", said("b"));
    const { came, send } = server();
    const again = boxOf(send);
    again.start();
    await again.drained();
    expect(came.map(({ id }) => id)).toEqual(["1", "2"]);
    expect(sessionStorage.length).toBe(0);
  });
});

describe("taking back", () => {
  it("sends nothing of what has not left yet", async () => {
    const { came, send } = server();
    const box = boxOf(send);
    box.decide("1", said("a"));
    box.decide("2", said("b"));
    box.takeBack("2");
    await box.drained();
    expect(came.map(({ id }) => id)).toEqual(["1"]);
  });

  it("undoes the run of what has arrived, or is about to", async () => {
    const { came, send } = server();
    const box = boxOf(send);
    box.decide("1", said("a"));
    box.takeBack("1"); // on its way
    await box.drained();
    box.decide("2", said("b"));
    await box.drained();
    box.takeBack("2");
    await box.drained();
    const runs = came.flatMap((letter) => (letter.kind === "undo" ? [letter.run] : []));
    expect(runs).toEqual(["run of 1", "run of 2"]);
  });

  it("asks again of what was skipped, which has no run", async () => {
    const { came, send } = server(FINE(null));
    const box = boxOf(send);
    box.decide("1", said("a", "skip"));
    await box.drained();
    box.takeBack("1");
    await box.drained();
    expect(came[1]).toMatchObject({ kind: "undo", run: null, skips: { assets: ["a"] } });
  });

  it("has nothing to undo where the answer was refused", async () => {
    const { came, send } = server(status(409));
    const box = boxOf(send);
    box.decide("1", said("a"));
    box.takeBack("1");
    await box.drained();
    expect(came).toHaveLength(1);
  });
});
