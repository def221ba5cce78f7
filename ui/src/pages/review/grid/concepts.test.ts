import { expect, it } from "vitest";
import { treeOf } from "../items.test-data";
import type { Review } from "../useReview";
import { beside, conceptsOf } from "./concepts";

const waits = (concept: string, suggested: number, suspect = 0) => ({
  facet: "f",
  concept,
  suggested,
  automatic: 0,
  suspect,
});
const review = (kind: Review["kind"]): Review => ({
  tree: treeOf(),
  taxonomy: "t",
  facet: { id: "f", label: "F", kind: "one" },
  concept: undefined,
  kind,
  mode: "grid",
  order: "surest",
  waiting: {
    queues: {},
    concepts: [waits("a", 2), waits("b", 5, 1), waits("gone", 9)],
    skipped: 0,
    answers: 0,
    model: 1,
  },
  choose: () => undefined,
});

it.each([
  ["uncertain", ["b", "a"]],
  ["suspects", ["b"]],
  ["spot-check", []],
  ["strange", []],
] as const)("concepts of the queue %s are those that wait in it, the most first", (kind, names) => {
  expect(conceptsOf(review(kind)).map(({ concept }) => concept)).toEqual(names);
});

it("one goes round at the ends of the list", () => {
  const some = conceptsOf(review("uncertain"));
  expect(beside(some, "b", -1)).toBe("a");
  expect(beside(some, "a", 1)).toBe("b");
  expect(beside(some, "c", 1)).toBe("b");
  expect(beside([], "c", 1)).toBeNull();
});
