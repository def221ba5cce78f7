import { describe, expect, it } from "vitest";
import { Counter, wilson } from "./sitting";

const done = (id: number, right = 1) => ({
  id: String(id),
  answers: 1,
  judged: 1,
  right,
  concepts: { a: 1 },
  at: id * 2_000,
});

describe("a sitting", () => {
  it("counts answers, and how often the machine was right", () => {
    const counter = new Counter();
    for (let n = 1; n <= 4; n += 1) counter.add(done(n, n % 2));
    counter.take(done(4, 0));
    expect(counter.snapshot()).toMatchObject({ answers: 3, judged: 3, right: 2 });
    expect(counter.snapshot().concepts.get("a")).toBe(3);
  });

  it("tells the pace of the last minutes once there is one", () => {
    const counter = new Counter();
    counter.add(done(1));
    expect(counter.snapshot().pace).toBeNull();
    for (let n = 2; n <= 11; n += 1) counter.add(done(n));
    expect(counter.snapshot().pace).toBe(30);
  });
});

it("a share of few has a wide interval", () => {
  const { low, high } = wilson(8, 10);
  expect(low).toBeCloseTo(0.4902, 3);
  expect(high).toBeCloseTo(0.9433, 3);
});
