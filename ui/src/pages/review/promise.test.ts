import { describe, expect, it } from "vitest";
import type { HealthOut } from "@/api/schema";
import { goalOf, isWorthLearning } from "./promise";

const concept = (name: string, promised: number | null, learned = true, missing = 0) => ({
  concept: name,
  learned,
  needed: { learned: missing, promised },
  tags: { auto: 10 },
});

const health = (kind: "one" | "any", ...concepts: object[]): HealthOut => ({
  taxonomy: "t",
  model: 1,
  facets: [{ id: "f", kind, concepts }],
});

const none = () => 0;

describe("the next goal", () => {
  it.each([
    ["how many more answers", health("one", concept("a", 31)), 0, { kind: "automatic", more: 31 }],
    ["less those given", health("one", concept("a", 31)), 30, { kind: "automatic", more: 1 }],
    ["enough", health("one", concept("a", 31)), 31, { kind: "enough" }],
    ["automatic already", health("one", concept("a", 0)), 0, { kind: "kept", tags: 10 }],
    ["no cut-off holds", health("one", concept("a", null)), 0, { kind: "unsure" }],
    ["no model", { ...health("one"), model: null }, 0, { kind: "no-model" }],
  ])("of a facet of one: %s", (_, found, answered, goal) => {
    expect(goalOf(found, "f", undefined, () => answered)).toMatchObject(goal);
  });

  it("of a facet of any is the nearest concept's, or that of the one in hand", () => {
    const found = health("any", concept("a", 31), concept("b", 5), concept("c", 0));
    expect(goalOf(found, "f", undefined, none)).toMatchObject({ concept: "b", more: 5 });
    expect(goalOf(found, "f", "a", none)).toMatchObject({ concept: "a", more: 31 });
  });

  it("of a concept that was not learned is to be learned", () => {
    const found = health("one", concept("a", 31), concept("n", null, false, 7));
    expect(goalOf(found, "f", "n", () => 3)).toEqual({ kind: "learn", concept: "n", more: 4 });
  });
});

it("learning is offered after some answers, or where the goal is reached", () => {
  const waiting = { queues: {}, concepts: [], skipped: 0, answers: 20, model: 1 };
  expect(isWorthLearning(waiting, 4, null)).toBe(false);
  expect(isWorthLearning(waiting, 5, null)).toBe(true);
  expect(isWorthLearning(waiting, 0, { kind: "enough", concept: null })).toBe(true);
});
