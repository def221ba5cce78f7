import { expect, it } from "vitest";
import { type Edit, foreseen } from "../editing/edits";
import { sample } from "../editing/samples";
import { changesBetween } from "./changes";

const BEFORE = sample(["footwear", "footwear/boots", "bags"]);

it.each<[string, Edit[], { what: string; told: Record<string, string> }[]]>([
  ["nothing", [], []],
  [
    "a renaming, without the synonym it leaves",
    [{ op: "rename", concept: "bags", label: "Sacks" }],
    [{ what: "renamed", told: { concept: "Bags", label: "Sacks" } }],
  ],
  [
    "a move",
    [{ op: "move", concept: "bags", parent: "footwear" }],
    [{ what: "moved", told: { concept: "Bags", place: "Footwear" } }],
  ],
  [
    "a merge, as what it became part of",
    [{ op: "merge", concept: "bags", into: "footwear/boots" }],
    [
      { what: "words", told: { concept: "Boots", words: "Bags" } },
      { what: "replaced", told: { concept: "Bags", heir: "Boots" } },
    ],
  ],
  [
    "an addition and another kind",
    [
      { op: "add", facet: "product", label: "Hats", id: "hats" },
      { op: "set_facet_kind", facet: "product", kind: "any" },
    ],
    [
      { what: "kind", told: { facet: "Product", kind: "any" } },
      { what: "added", told: { concept: "Hats" } },
    ],
  ],
])("between two versions: %s", (_, edits, changes) => {
  const pending = edits.map((edit, at) => ({ key: String(at), edit }));
  expect(changesBetween(BEFORE, foreseen(BEFORE, pending).taxonomy)).toEqual(changes);
});

it("what is no longer in a later version is gone", () => {
  const after = sample(["footwear", "bags"]);
  expect(changesBetween(BEFORE, after)).toEqual([
    { what: "gone", told: { concept: "Footwear › Boots" } },
  ]);
});
