import { describe, expect, it } from "vitest";
import { grown } from "@/parts/taxonomy";
import { sample } from "../editing/samples";
import { moveFor, startingWith } from "./keys";
import { closedAtFirst, opened, rowsOf, type Shown } from "./rows";

const FASHION = sample(["footwear", "footwear/boots", "footwear/sandals", "bags", "bags/totes"]);
const TREE = grown(FASHION);
const ALL: Shown = { closed: new Set(), typed: "", retired: false, touched: new Set() };

function shown(more: Partial<Shown> = {}, tree = TREE) {
  return rowsOf(tree, { ...ALL, ...more }).map((row) => row.id);
}

describe("the lines of the tree", () => {
  it("are facets and what is open below them", () => {
    expect(shown({ closed: new Set(["footwear"]) })).toEqual([
      "facet:product",
      "footwear",
      "bags",
      "bags/totes",
    ]);
  });

  it("know their level and their place among their siblings", () => {
    const sandals = rowsOf(TREE, ALL)[3];
    expect(sandals).toMatchObject({ id: "footwear/sandals", level: 3, place: 2, siblings: 2 });
  });

  it("are what was typed and the way to it, open", () => {
    expect(shown({ typed: "BOÓT", closed: new Set(["footwear"]) })).toEqual([
      "facet:product",
      "footwear",
      "footwear/boots",
    ]);
    expect(shown({ typed: "nothing such" })).toEqual([]);
  });

  it("are found by a synonym", () => {
    const concepts = FASHION.concepts.map((each) =>
      each.id === "bags" ? { ...each, alt_labels: [["en", "Purses"]] as [string, string][] } : each,
    );
    expect(shown({ typed: "purse" }, grown({ ...FASHION, concepts }))).toContain("bags");
  });

  it("hold retired concepts only where they are asked for, or were retired just now", () => {
    const concepts = FASHION.concepts.map((each) =>
      each.id === "bags/totes" ? { ...each, live: false, deprecated: true } : each,
    );
    const tree = grown({ ...FASHION, concepts });
    expect(shown({}, tree)).not.toContain("bags/totes");
    expect(shown({ retired: true }, tree)).toContain("bags/totes");
    expect(shown({ touched: new Set(["bags/totes"]) }, tree)).toContain("bags/totes");
  });

  it("are closed below the first ones in a large taxonomy, and opened for one that is picked", () => {
    const closed = closedAtFirst(TREE, 3);
    expect(shown({ closed })).toEqual(["facet:product", "footwear", "bags"]);
    expect(shown({ closed: opened(TREE, closed, "bags/totes") })).toContain("bags/totes");
  });
});

describe("a key in the tree", () => {
  const rows = rowsOf(TREE, { ...ALL, closed: new Set(["bags"]) });
  const at = (id: string) => rows.findIndex((row) => row.id === id);

  it.each([
    ["ArrowDown", "footwear", { to: 2 }],
    ["ArrowUp", "facet:product", { to: 0 }],
    ["End", "footwear", { to: 4 }],
    ["Home", "bags", { to: 0 }],
    ["ArrowRight", "bags", { open: true }],
    ["ArrowRight", "footwear", { to: 2 }],
    ["ArrowRight", "footwear/boots", null],
    ["ArrowLeft", "footwear", { open: false }],
    ["ArrowLeft", "footwear/sandals", { to: 1 }],
    ["ArrowLeft", "bags", { to: 0 }],
    ["*", "bags", { openSiblings: true }],
    ["x", "bags", null],
  ])("%s on %s", (key, id, move) => {
    expect(moveFor(key, rows, at(id))).toEqual(move);
  });

  it("begins at the top where nothing is picked", () => {
    expect(moveFor("ArrowDown", rows, -1)).toEqual({ to: 0 });
    expect(moveFor("ArrowDown", [], -1)).toBeNull();
  });

  it("goes on to the next name that begins with a letter, and round", () => {
    expect(startingWith(rows, at("footwear"), "b")).toBe(at("footwear/boots"));
    expect(startingWith(rows, at("footwear/boots"), "b")).toBe(at("bags"));
    expect(startingWith(rows, at("bags"), "b")).toBe(at("footwear/boots"));
    expect(startingWith(rows, at("footwear/boots"), "bb")).toBe(at("bags"));
    expect(startingWith(rows, at("bags"), "ba")).toBe(at("bags"));
    expect(startingWith(rows, 0, "zz")).toBeNull();
  });
});
