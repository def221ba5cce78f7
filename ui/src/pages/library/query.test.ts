import { describe, expect, it } from "vitest";
import { asked, parsed, withoutParts, withPart, written } from "./query";

describe("a search", () => {
  it.each([
    ["boots", { text: "boots" }],
    ["red boots", { text: "red boots" }],
    ['"red boots"', { text: "red boots" }],
    ["concept:boots", { concept: ["boots"], status: ["auto", "confirmed"] }],
    ['concept:"Ankle boot" concept:red p>0', { concept: ["Ankle boot", "red"], min_p: 0 }],
    ["concept:boots is:suggested", { concept: ["boots"], status: ["suggested"] }],
    ["p>0.8", { min_p: 0.8 }],
    ["p<0.5", { max_p: 0.5 }],
    ["p>=80%", { min_p: 0.8 }],
    ["P<0,5", { max_p: 0.5 }],
    ["p>0.2 p<0.6", { min_p: 0.2, max_p: 0.6 }],
    ["is:auto is:suggested", { status: ["auto", "suggested"] }],
    ["is:untagged", { untagged: true }],
    ["is:unlabelled", { unlabelled: true }],
    ["added:2026-11-01..", { added_from: "2026-11-01", added_before: null }],
    ["added:..2026-11-30", { added_from: null, added_before: "2026-12-01" }],
    ["taken:2026-02-28", { taken_from: "2026-02-28", taken_before: "2026-03-01" }],
    ["taken:2026-02", { taken_from: "2026-02-01", taken_before: "2026-03-01" }],
    ["taken:2024..2025", { taken_from: "2024-01-01", taken_before: "2026-01-01" }],
    ["source:shop/3 format:jpeg", { text: "shop/3", format: ["JPEG"] }],
    ["12:30", { text: "12:30" }],
    ["", {}],
  ])("%s", (typed, query) => {
    expect(asked(parsed(typed))).toEqual(query);
  });

  it.each(["p>2", "is:lovely", "added:yesterday", "taken:2026-02-30", "added:..", "taken:2026-13"])(
    "says that it does not understand %s, and leaves it out",
    (typed) => {
      expect(parsed(typed)[0]!.kind).toBe("bad");
      expect(asked(parsed(typed))).toEqual({});
    },
  );

  it("is sorted as the address says, if it can be", () => {
    expect(asked([], "doubt")).toEqual({ sort: "doubt" });
    expect(asked([], "nonsense")).toEqual({});
  });

  it("gains and loses parts", () => {
    const text = written("concept", "Ankle boot");
    expect(text).toBe('concept:"Ankle boot"');
    expect(withPart("red", text)).toBe('red concept:"Ankle boot"');
    expect(withPart(withPart("red", text), text)).toBe('red concept:"Ankle boot"');
    expect(withoutParts('red concept:"Ankle boot" p>0.8', text)).toBe("red p>0.8");
  });
});
