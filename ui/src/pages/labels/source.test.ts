import { expect, it } from "vitest";
import { suspectOf } from "./suspects.test-data";
import { idOf, Source } from "./source";
import type { SuspectPage } from "./wire";

/** A server with pictures 0, 1, 2 ... in doubt, of which some are answered meanwhile. */
function serverOf(pictures: number) {
  const gone = new Set<number>();
  const asked: (string | null)[] = [];
  const fetch = (after: string | null, limit: number): Promise<SuspectPage> => {
    asked.push(after);
    const open = Array.from({ length: pictures }, (_, n) => n).filter((n) => !gone.has(n));
    const later = open.filter((n) => after === null || n > Number(after));
    const items = later.slice(0, limit).map((n) => suspectOf(String(n)));
    const next = later.length > limit ? String(later[limit - 1]) : null;
    return Promise.resolve({ items, total: open.length, next });
  };
  return { fetch, gone, asked };
}

const names = (items: { asset: string }[]) => items.map(({ asset }) => asset).join("");

it("goes on where the page before ended, to the last one", async () => {
  const { fetch } = serverOf(5);
  const source = new Source(fetch);
  expect(names(await source.next(2))).toBe("01");
  expect(names(await source.next(2))).toBe("23");
  expect(names(await source.next(2))).toBe("4");
  expect(await source.next(2)).toEqual([]);
});

it("tells how many there were when they were first asked for", async () => {
  const { fetch, gone } = serverOf(5);
  const told: number[] = [];
  const source = new Source(fetch, (total) => told.push(total));
  await source.next(2);
  gone.add(0);
  await source.next(2);
  expect(told).toEqual([5]);
});

it("read anew, hands out again what was given back and nothing else", async () => {
  const { fetch } = serverOf(6);
  const source = new Source(fetch);
  await source.next(4);
  await source.release([2, 3].map((n) => idOf(suspectOf(String(n)))));
  expect(names(await source.next(4))).toBe("23");
  expect(names(await source.next(4))).toBe("45");
});

it("looks on until it finds what is wanted", async () => {
  const { fetch, asked } = serverOf(6);
  const source = new Source(fetch, undefined, ({ asset }) => asset === "4");
  expect(names(await source.next(2))).toBe("4");
  expect(asked.length).toBe(3);
});
