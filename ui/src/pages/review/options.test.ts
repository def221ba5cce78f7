import { describe, expect, it } from "vitest";
import { itemOf, treeOf } from "./items.test-data";
import { answersOf, optionsOf, wasRight } from "./options";

const ONE = { id: "f", label: "F", kind: "one" as const };
const ANY = { ...ONE, kind: "any" as const };
const concepts = (item = itemOf("x")) =>
  optionsOf(item, treeOf(), "f").map(({ concept }) => concept);

describe("what is offered", () => {
  it("is what the machine suggests, the likeliest first", () => {
    expect(concepts()).toEqual(["a", "b"]);
  });

  it("begins with a label in doubt and what the picture looks like instead", () => {
    const item = itemOf("x", { reason: "suspect", given: "c", proposed: "b" });
    expect(optionsOf(item, treeOf(), "f")).toEqual([
      { concept: "c", p: null, isGiven: true },
      { concept: "b", p: 0.3, isGiven: false },
      { concept: "a", p: 0.6, isGiven: false },
    ]);
  });

  it("is every leaf where the machine says nothing and there are few", () => {
    expect(concepts(itemOf("x", { suggestions: [] }))).toEqual(["a1", "b", "c"]);
  });
});

describe("the answers", () => {
  it("carry what the queue said was seen", () => {
    const is = { kind: "is", concepts: ["b"] } as const;
    expect(answersOf(itemOf("x"), is, ONE)).toEqual([
      { kind: "confirm", asset: "x", seen: 7, concept: "b" },
    ]);
  });

  it("say that the label in doubt is wrong where both could be true", () => {
    const item = itemOf("x", { reason: "suspect", given: "c" });
    const is = { kind: "is", concepts: ["b"] } as const;
    expect(answersOf(item, is, ANY)[0]).toMatchObject({ kind: "correct", instead_of: "c" });
    expect(answersOf(item, is, ONE)[0]).toMatchObject({ kind: "confirm" });
  });
});

describe("whether the machine was right", () => {
  it.each([
    [{ kind: "is", concepts: ["a"] }, true],
    [{ kind: "is", concepts: ["a1"] }, true],
    [{ kind: "is", concepts: ["b"] }, false],
    [{ kind: "none" }, false],
    [{ kind: "not", concept: "a" }, false],
    [{ kind: "not", concept: "b" }, null],
    [{ kind: "skip" }, null],
  ] as const)("after %j is %s", (choice, right) => {
    expect(wasRight(itemOf("x"), choice, "f", treeOf())).toBe(right);
  });
});
