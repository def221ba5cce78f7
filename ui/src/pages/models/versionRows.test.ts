import { describe, expect, it } from "vitest";
import type { ModelOut } from "@/api/schema";
import { overlap, rowsOf } from "./versionRows";

const model = (version: number, status: string, value: number | null): ModelOut =>
  ({
    version,
    status,
    summary: {
      kind: { top1: { value, low: (value ?? 0) - 0.03, high: (value ?? 1) + 0.03, n: 90 } },
    },
  }) as unknown as ModelOut;

describe("versions", () => {
  it("are rows with the figure of a facet, or without where it was not learned", () => {
    const rows = rowsOf([model(2, "champion", 0.9), model(1, "retired", null)], "kind");
    expect(rows.map(({ status, figure }) => [status, figure?.value])).toEqual([
      ["champion", 0.9],
      ["retired", undefined],
    ]);
  });

  it("are not surely different while their intervals share a value", () => {
    expect(overlap(rowsOf([model(2, "champion", 0.9), model(1, "retired", 0.88)], "kind"))).toBe(
      true,
    );
    expect(overlap(rowsOf([model(2, "champion", 0.9), model(1, "retired", 0.8)], "kind"))).toBe(
      false,
    );
    expect(overlap(rowsOf([model(2, "champion", 0.9), model(1, "undone", 0.88)], "kind"))).toBe(
      false,
    );
  });
});
