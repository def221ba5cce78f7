import { describe, expect, it } from "vitest";
import type { AssetOut } from "@/api/schema";
import { between, chunks, joined, machineWords, NOTHING, toggled } from "./selection";

function asset(id: string, ...tags: Partial<AssetOut["tags"][number]>[]): AssetOut {
  return { id, tags } as unknown as AssetOut;
}

describe("a selection", () => {
  it("takes a picture and lets go of it", () => {
    const one = toggled(NOTHING, asset("a"));
    expect([...one.keys()]).toEqual(["a"]);
    expect(toggled(one, asset("a")).size).toBe(0);
  });

  it("grows by many, each once", () => {
    expect(joined(toggled(NOTHING, asset("a")), [asset("a"), asset("b")]).size).toBe(2);
  });

  it("goes from one to another in both directions", () => {
    expect(between(3, 5)).toEqual([3, 4, 5]);
    expect(between(5, 3)).toEqual([3, 4, 5]);
  });

  it("is told in parts", () => {
    expect(chunks([1, 2, 3, 4, 5], 2)).toEqual([[1, 2], [3, 4], [5]]);
  });
});

it("only what the machine said is confirmed or rejected in bulk", () => {
  const tags = [
    { taxonomy: "t", concept: "auto", actor_kind: "model", status: "auto" },
    { taxonomy: "t", concept: "maybe", actor_kind: "model", status: "suggested" },
    { taxonomy: "t", concept: null, actor_kind: "model", status: "suggested" },
    { taxonomy: "t", concept: "no", actor_kind: "model", status: "rejected" },
    { taxonomy: "t", concept: "ann", actor_kind: "person", status: "confirmed" },
  ] as const;
  expect(machineWords([asset("a", ...tags)], false).get("t")).toEqual([
    { asset: "a", concept: "auto", positive: false },
    { asset: "a", concept: "maybe", positive: false },
  ]);
});
