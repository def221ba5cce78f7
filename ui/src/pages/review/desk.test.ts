import { describe, expect, it, vi } from "vitest";
import { Desk, type Sheet } from "./desk";
import { itemOf } from "./items.test-data";

/** A queue of so many pictures, named 0, 1, 2 ... */
function deskOf(pictures: number) {
  let given = 0;
  const sent: string[] = [];
  const counted: string[] = [];
  const released: string[] = [];
  const desk = new Desk({
    idOf: ({ asset }) => asset,
    next: (count) => {
      const items = Array.from({ length: Math.min(count, pictures - given) }, (_, n) =>
        itemOf(String(given + n)),
      );
      given += items.length;
      return Promise.resolve(items);
    },
    release: (assets) => {
      released.push(...assets);
      return Promise.resolve();
    },
    answers: (item) => [{ kind: "confirm", asset: item.asset, concept: "a" }],
    decide: (id, answers) => void sent.push(`${answers[0]!.asset} ${id.length}`),
    takeBack: () => void sent.push("back"),
    count: (sheet, sign) => void counted.push(`${sign > 0 ? "+" : "-"}${sheet.item.asset}`),
    isRight: () => true,
  });
  desk.start();
  return { desk, sent, counted, released };
}

const YES = { kind: "is", concepts: ["a"] } as const;
const shown = (desk: Desk) => desk.snapshot().sheet?.item.asset;
const settled = (desk: Desk, status: string) =>
  vi.waitFor(() => expect(desk.snapshot().status).toBe(status));

describe("the desk", () => {
  it("shows the next picture at once, and asks for more before it runs out", async () => {
    const { desk, sent } = deskOf(50);
    await settled(desk, "ready");
    for (let n = 0; n < 45; n += 1) {
      expect(shown(desk)).toBe(String(n));
      desk.say(YES);
      await Promise.resolve();
    }
    expect(sent).toHaveLength(45);
  });

  it("takes the last answer back and shows its picture again", async () => {
    const { desk, sent, counted } = deskOf(5);
    await settled(desk, "ready");
    desk.say(YES);
    desk.say(YES);
    expect(desk.undo()?.item.asset).toBe("1");
    expect(shown(desk)).toBe("1");
    expect(desk.undo()?.item.asset).toBe("0");
    expect(desk.undo()).toBeNull();
    expect(sent.filter((each) => each === "back")).toHaveLength(2);
    expect(counted).toEqual(["+0", "+1", "-1", "-0"]);
  });

  it("returns to what was passed over before it says that nothing waits", async () => {
    const { desk } = deskOf(3);
    await settled(desk, "ready");
    desk.move(1);
    desk.say(YES);
    desk.say(YES);
    await vi.waitFor(() => expect(shown(desk)).toBe("0"));
    desk.say(YES);
    await settled(desk, "empty");
  });

  it("lets an answer be changed: the former one is taken back", async () => {
    const { desk, sent } = deskOf(3);
    await settled(desk, "ready");
    desk.say(YES);
    desk.move(-1);
    desk.say({ kind: "none" });
    expect(sent.map((each) => each.split(" ")[0])).toEqual(["0", "back", "0"]);
    expect(shown(desk)).toBe("1");
  });

  it("keeps a short window of what is past", async () => {
    const { desk, released } = deskOf(300);
    await settled(desk, "ready");
    desk.move(1); // picture 0 is passed over
    for (let n = 0; n < 200; n += 1) {
      desk.say(YES);
      await Promise.resolve();
      await Promise.resolve();
    }
    let back = 0;
    while (desk.snapshot().hasBefore) {
      desk.move(-1);
      back += 1;
    }
    expect(back).toBe(40);
    expect(released).toEqual(["0"]);
  });

  it("shows an answer that was refused again, unless another person has answered", async () => {
    const { desk, counted } = deskOf(5);
    await settled(desk, "ready");
    const refuse = (sheet: Sheet | null, status: number) =>
      desk.listener.onSent?.(
        { id: sheet!.said!.id, kind: "decide", body: { taxonomy: "t", answers: [] } },
        {
          run: null,
          decided: 0,
          skipped: 0,
          refused: [{ index: 0, asset: sheet!.item.asset, status, reason: "" }],
        },
      );
    refuse(desk.say(YES), 422);
    expect(shown(desk)).toBe("0");
    refuse(desk.say(YES), 409);
    expect(shown(desk)).toBe("1");
    expect(desk.undo()).toBeNull();
    expect(counted).toEqual(["+0", "-0", "+0", "-0"]);
  });

  it("gives back what comes after it was left", async () => {
    const { desk, released } = deskOf(3);
    desk.close();
    await vi.waitFor(() => expect(released).toEqual(["0", "1", "2"]));
  });

  it("asks anew for what lies ahead, and gives the rest back", async () => {
    const { desk, released } = deskOf(60);
    await settled(desk, "ready");
    desk.say(YES);
    await desk.renew();
    expect(shown(desk)).toBe("1");
    expect(released).toContain("2");
    expect(desk.snapshot().ahead[0]?.asset).toBe("20");
  });
});
