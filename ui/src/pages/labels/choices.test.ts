import { describe, expect, it } from "vitest";
import { answerOf, correction } from "./choices";
import { suspectOf } from "./suspects.test-data";

describe("an answer", () => {
  it.each([
    ["keeps the label", { kind: "keep" }, { kind: "confirm", concept: "a" }],
    [
      "corrects it",
      { kind: "correct", concept: "c" },
      { kind: "correct", concept: "c", instead_of: "a" },
    ],
    [
      "keeps it where the same was found again",
      { kind: "correct", concept: "a" },
      { kind: "confirm", concept: "a" },
    ],
    ["takes it off", { kind: "discard" }, { kind: "reject", concept: "a" }],
  ] as const)("%s", (_, choice, answer) => {
    expect(answerOf(suspectOf("x"), choice)).toEqual({ asset: "x", ...answer });
  });

  it("corrects to what is proposed; without a proposal, only takes the label off", () => {
    expect(correction(suspectOf("x"))).toEqual({ kind: "correct", concept: "b" });
    expect(correction(suspectOf("x", { proposed: null }))).toEqual({ kind: "discard" });
  });
});
