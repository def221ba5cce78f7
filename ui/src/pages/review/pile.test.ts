import { describe, expect, it, vi } from "vitest";
import { itemOf } from "./items.test-data";
import { stacked } from "@/parts/answers/pile";
import { Pile } from "./pile";

/** Pictures 0, 1, 2 ...; those of `pairs` look like the one before. */
function pileOf(pictures: number, size = 4, pairs: number[] = []) {
  let given = 0;
  const sent: string[][] = [];
  const counted: number[] = [];
  const pile = new Pile({
    size,
    next: (count) => {
      const items = Array.from({ length: Math.min(count, pictures - given) }, (_, n) => {
        const at = given + n;
        return itemOf(String(at), { group: String(pairs.includes(at) ? at - 1 : at) });
      });
      given += items.length;
      return Promise.resolve(items);
    },
    release: () => Promise.resolve(),
    answer: (item, isRight) => ({ kind: isRight ? "confirm" : "reject", asset: item.asset }),
    decide: (_, answers) =>
      void sent.push(answers.map(({ kind, asset }) => `${kind === "confirm" ? "" : "-"}${asset}`)),
    takeBack: () => void sent.push(["back"]),
    count: ({ right, wrong }, sign) => void counted.push(sign * (right + wrong)),
  });
  pile.start();
  return { pile, sent, counted };
}

const shown = (pile: Pile) => pile.snapshot().stacks.map(({ id }) => id);
const ready = (pile: Pile) => vi.waitFor(() => expect(pile.snapshot().ahead.length).toBe(4));

describe("the pile", () => {
  it("rejects what is ticked off, confirms the rest, and has the next page there", async () => {
    const { pile, sent } = pileOf(20);
    await ready(pile);
    pile.mark("1");
    pile.settle();
    expect(sent).toEqual([["0", "-1", "2", "3"]]);
    expect(shown(pile)).toEqual(["4", "5", "6", "7"]);
  });

  it("takes a page back; what was shown comes after it", async () => {
    const { pile, sent, counted } = pileOf(20);
    await ready(pile);
    pile.mark("2");
    pile.settle();
    pile.undo();
    expect(pile.snapshot().stacks.map(({ isWrong }) => isWrong)).toEqual([
      false,
      false,
      true,
      false,
    ]);
    pile.settle();
    expect(shown(pile)).toEqual(["4", "5", "6", "7"]);
    expect(sent.map((each) => each.length)).toEqual([4, 1, 4]);
    expect(counted).toEqual([4, -4, 4]);
  });

  it("judges look-alikes together until they are laid apart", async () => {
    const { pile, sent } = pileOf(8, 4, [1]);
    await vi.waitFor(() => expect(shown(pile)).toEqual(["0", "2", "3"]));
    pile.mark("0");
    pile.layApart("0");
    expect(shown(pile)).toEqual(["0", "1", "2", "3"]);
    pile.mark("1");
    pile.settle();
    expect(sent).toEqual([["-0", "1", "2", "3"]]);
  });

  it("does not tear look-alikes apart at the end of a page", async () => {
    const { pile } = pileOf(12, 4, [4]);
    await vi.waitFor(() => expect(pile.snapshot().stacks.length).toBeGreaterThan(0));
    await ready(pile).catch(() => undefined);
    pile.settle();
    expect(shown(pile)[0]).toMatch(/4|5/);
  });

  it("shows what was refused once more", async () => {
    const { pile, counted } = pileOf(20);
    await ready(pile);
    const settled = pile.settle()!;
    const refused = ["0", "1"].map((asset, index) => ({
      index,
      asset,
      status: asset === "0" ? 422 : 409,
      reason: "",
    }));
    pile.listener.onSent?.(
      { id: settled.id, kind: "decide", body: { taxonomy: "t", answers: [] } },
      { run: "r", decided: 2, skipped: 0, refused },
    );
    expect(shown(pile)).toEqual(["0", "4", "5", "6", "7"]);
    expect(counted).toEqual([4, -2]);
    expect(pile.snapshot().last?.right).toBe(2);
  });

  it("says when nothing is left", async () => {
    const { pile } = pileOf(3);
    await vi.waitFor(() => expect(pile.snapshot().status).toBe("ready"));
    pile.settle();
    await vi.waitFor(() => expect(pile.snapshot().status).toBe("empty"));
  });
});

it("look-alikes lie where the first of them is", () => {
  const items = [itemOf("x"), itemOf("y"), itemOf("z", { group: "x" })];
  expect(stacked(items).map(({ items: some }) => some.length)).toEqual([2, 1]);
});
