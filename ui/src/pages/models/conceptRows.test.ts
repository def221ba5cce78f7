import { describe, expect, it } from "vitest";
import { pressed, sorted } from "./conceptRows";
import type { ConceptFigures } from "./report";

const figure = (value: number | null) => ({ value, low: 0, high: 1, n: value === null ? 0 : 9 });
const row = (concept: string, f1: number | null, train = 9) =>
  ({ concept, f1: figure(f1), train }) as unknown as ConceptFigures;
const rows = [row("b", 0.9, 5), row("a", null, 7), row("c", 0.5, 6)];
const words = { a: "Tops > Zebra", b: "Tops > Anorak", c: "Tops > Coat" };
const names = (found: ConceptFigures[]) => found.map(({ concept }) => concept).join("");

describe("the table of concepts", () => {
  it("begins with the worst, and what was not measured comes last either way", () => {
    expect(names(sorted(rows, { by: "f1", down: false }, words))).toBe("cba");
    expect(names(sorted(rows, { by: "f1", down: true }, words))).toBe("bca");
  });

  it("sorts names by their last word, and counts", () => {
    expect(names(sorted(rows, { by: "concept", down: false }, words))).toBe("bca");
    expect(names(sorted(rows, { by: "train", down: true }, words))).toBe("acb");
  });

  it("turns round when the same head is pressed again", () => {
    const once = pressed({ by: "concept", down: true }, "f1");
    expect(once).toEqual({ by: "f1", down: false });
    expect(pressed(once, "f1").down).toBe(true);
  });
});
