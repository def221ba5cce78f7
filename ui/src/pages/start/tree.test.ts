import { describe, expect, it } from "vitest";
import { treeOf } from "./tree";

describe("the tree that folders make", () => {
  it("counts pictures of a folder with those below it, and sorts by word", () => {
    const tree = treeOf([["Shoes", "Boots"], ["Shoes"], ["Hats"], null, ["Shoes", "Boots"]]);
    expect(tree).toEqual([
      { word: "Hats", pictures: 1, branches: [] },
      {
        word: "Shoes",
        pictures: 3,
        branches: [{ word: "Boots", pictures: 2, branches: [] }],
      },
    ]);
  });
});
