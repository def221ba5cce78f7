import { describe, expect, it } from "vitest";
import type { TaxonomyOut } from "@/api/schema";
import { type Edit, foreseen, refused } from "./edits";
import { additions, facetAdded, joined, splitInto } from "./plans";
import { sample } from "./samples";

const FASHION = sample([
  "footwear",
  "footwear/boots",
  "footwear/boots/rubber",
  "footwear/sandals",
  "footwear/sandals/rubber",
  "footwear/sandals/leather",
  "bags",
]);

function after(...edits: Edit[]): TaxonomyOut {
  const pending = edits.map((edit, at) => ({ key: String(at), edit }));
  return foreseen(FASHION, pending).taxonomy;
}

function of(taxonomy: TaxonomyOut, id: string) {
  return taxonomy.concepts.find((concept) => concept.id === id)!;
}

function ids(taxonomy: TaxonomyOut): string[] {
  return taxonomy.concepts.map((concept) => concept.id);
}

describe("planned edits", () => {
  it("are none where nothing is planned", () => {
    expect(foreseen(FASHION, [])).toEqual({ taxonomy: FASHION, steps: [], touched: new Set() });
  });

  it("add a concept last at its place", () => {
    const added = after(...additions(FASHION, "product", "footwear", ["Clogs"]));
    expect(of(added, "footwear/clogs").path).toEqual(["Footwear", "Clogs"]);
    expect(ids(added).indexOf("footwear/clogs")).toBe(6);
  });

  it("may build on what an earlier one of the list added", () => {
    const [clogs] = additions(FASHION, "product", "footwear", ["Clogs"]);
    const moved: Edit = { op: "move", concept: "bags", parent: "footwear/clogs" };
    expect(of(after(clogs!, moved), "bags").path).toEqual(["Footwear", "Clogs", "Bags"]);
  });

  it("keep the old name as a synonym when a concept is renamed", () => {
    const renamed = after({ op: "rename", concept: "bags", label: " Hand  bags " });
    expect(of(renamed, "bags")).toMatchObject({
      label: "Hand bags",
      alt_labels: [["en", "Bags"]],
    });
  });

  it("leave no echo when a concept is renamed back", () => {
    const there: Edit = { op: "rename", concept: "bags", label: "Sacks" };
    const back: Edit = { op: "rename", concept: "bags", label: "Bags" };
    expect(of(after(there, back), "bags").alt_labels).toEqual([["en", "Sacks"]]);
  });

  it("name a concept in another language beside its own", () => {
    const named = after({ op: "rename", concept: "bags", label: "Taschen", language: "de" });
    expect(of(named, "bags")).toMatchObject({ label: "Bags", labels: { de: "Taschen" } });
  });

  it("move a concept with all that is below it", () => {
    const moved = after({ op: "move", concept: "footwear/sandals", parent: "bags" });
    expect(of(moved, "footwear/sandals/leather").path).toEqual(["Bags", "Sandals", "Leather"]);
    expect(ids(moved).slice(-3)).toEqual([
      "footwear/sandals",
      "footwear/sandals/rubber",
      "footwear/sandals/leather",
    ]);
  });

  it("merge words and children into the other, and children of one name into each other", () => {
    const merged = after({ op: "merge", concept: "footwear/sandals", into: "footwear/boots" });
    expect(of(merged, "footwear/sandals")).toMatchObject({
      live: false,
      replaced_by: "footwear/boots",
    });
    expect(of(merged, "footwear/sandals/rubber").replaced_by).toBe("footwear/boots/rubber");
    expect(of(merged, "footwear/sandals/leather").parent).toBe("footwear/boots");
    expect(of(merged, "footwear/boots").alt_labels).toEqual([["en", "Sandals"]]);
  });

  it("split a concept into new ones below it, or beside it when it retires", () => {
    const below = after(splitInto(FASHION, of(FASHION, "bags"), ["Totes", "Clutches"], true));
    expect(of(below, "bags/totes").path).toEqual(["Bags", "Totes"]);
    const beside = after(splitInto(FASHION, of(FASHION, "bags"), ["Totes", "Clutches"], false));
    expect(of(beside, "bags").live).toBe(false);
    expect(of(beside, "totes").path).toEqual(["Totes"]);
  });

  it("retire what is below with a concept, and restore it", () => {
    const retire: Edit = { op: "deprecate", concept: "footwear" };
    expect(of(after(retire), "footwear/boots").live).toBe(false);
    expect(of(after(retire, { op: "restore", concept: "footwear" }), "footwear").live).toBe(true);
  });

  it("add facets and change their kind", () => {
    const facet = facetAdded(FASHION, "Scene", "any");
    const changed = after(facet, { op: "set_facet_kind", facet: "product", kind: "any" });
    expect(changed.facets).toEqual([
      { id: "product", label: "Product", kind: "any" },
      { id: "scene", label: "Scene", kind: "any" },
    ]);
  });

  it("say which lines of the tree they touch", () => {
    const edits: Edit[] = [
      { op: "move", concept: "bags", parent: "footwear" },
      { op: "set_facet_kind", facet: "product", kind: "any" },
    ];
    const pending = edits.map((edit, at) => ({ key: String(at), edit }));
    expect(foreseen(FASHION, pending).touched).toEqual(new Set(["facet:product", "bags"]));
  });

  it("are told with the names of before", () => {
    const edits: Edit[] = [
      { op: "rename", concept: "bags", label: "Sacks" },
      { op: "merge", concept: "bags", into: "footwear/boots" },
    ];
    const { steps } = foreseen(
      FASHION,
      edits.map((edit, at) => ({ key: String(at), edit })),
    );
    expect(steps.map((step) => step.told)).toEqual([
      { concept: "Bags", label: "Sacks", language: "" },
      { concept: "Sacks", into: "Boots" },
    ]);
  });

  it("are left out with their reason where they no longer fit, and the rest stands", () => {
    const edits: Edit[] = [
      { op: "rename", concept: "gone", label: "x" },
      { op: "rename", concept: "bags", label: "Sacks" },
    ];
    const { steps, taxonomy } = foreseen(
      FASHION,
      edits.map((edit, at) => ({ key: String(at), edit })),
    );
    expect(steps.map((step) => step.misfit)).toEqual(["gone", null]);
    expect(of(taxonomy, "bags").label).toBe("Sacks");
  });
});

describe("an edit does not fit", () => {
  const two = [
    { id: "product", label: "Product", kind: "one" as const },
    { id: "scene", label: "Scene", kind: "any" as const },
  ];
  const street = { ...sample(["street"]).concepts[0]!, facet: "scene" };
  const both = sample([], { facets: two, concepts: [...FASHION.concepts, street] });
  const retired = foreseen(both, [
    { key: "1", edit: { op: "deprecate", concept: "footwear/boots" } },
  ]).taxonomy;

  it.each<[string, Edit, string]>([
    ["below itself", { op: "move", concept: "footwear", parent: "footwear/boots" }, "below"],
    ["where it is", { op: "move", concept: "bags", parent: null }, "same"],
    ["in another facet", { op: "move", concept: "bags", parent: "street" }, "facet"],
    ["beside its name", { op: "rename", concept: "bags", label: "FOOTWEAR" }, "twin"],
    ["without a name", { op: "rename", concept: "bags", label: " " }, "empty"],
    ["into itself", { op: "merge", concept: "bags", into: "bags" }, "same"],
    ["into its child", { op: "merge", concept: "footwear", into: "footwear/sandals" }, "below"],
    ["into what is retired", { op: "merge", concept: "bags", into: "footwear/boots" }, "retired"],
    ["below what is retired", { op: "restore", concept: "footwear/boots/rubber" }, "above"],
    ["into one part", { op: "split", concept: "bags", into: ["A", "a"], keep: true }, "parts"],
    [
      "away from its children",
      { op: "split", concept: "footwear", into: ["A", "B"], keep: false },
      "children",
    ],
    ["with an id in use", { op: "add", facet: "product", label: "X", id: "bags" }, "taken"],
    ["to no facet", { op: "add", facet: "x", label: "X", id: "x" }, "gone"],
    ["with a facet's name in use", { op: "add_facet", label: "scene", kind: "any" }, "taken"],
  ])("%s", (_, edit, reason) => {
    expect(refused(retired, edit)).toBe(reason);
  });
});

describe("the list of planned edits", () => {
  const one = { key: "1", edit: { op: "rename", concept: "bags", label: "A" } as Edit };

  it("says the same thing of the same concept once", () => {
    const again = { key: "2", edit: { op: "rename", concept: "bags", label: "B" } as Edit };
    expect(joined([one], again)).toEqual([again]);
  });

  it("keeps what is said of another, or in another language", () => {
    const other = { key: "2", edit: { op: "rename", concept: "footwear", label: "B" } as Edit };
    const german: Edit = { op: "rename", concept: "bags", label: "B", language: "de" };
    expect(joined([one], other)).toHaveLength(2);
    expect(joined([one], { key: "2", edit: german })).toHaveLength(2);
  });
});

describe("a new id", () => {
  const idOf = (label: string) => additions(FASHION, "product", null, [label])[0];

  it.each([
    ["Ankle boots", "ankle-boots"],
    ["T-shirt", "t--shirt"],
    ["Bags", "bags~2"],
  ])("of %s is %s", (label, id) => {
    expect(idOf(label)).toMatchObject({ id });
  });

  it("keeps words apart that read alike", () => {
    expect(idOf("C++")).not.toEqual(idOf("C#"));
    expect(idOf("Größe")).toMatchObject({ id: expect.stringMatching(/^grosse~[0-9a-f]{8}$/) });
  });
});

it("a thousand concepts and fifty edits take no noticeable time", () => {
  const many = sample(Array.from({ length: 1_000 }, (_, at) => `a${at % 40}/b${at}`));
  const roots = sample(Array.from({ length: 40 }, (_, at) => `a${at}`));
  const large = { ...many, concepts: [...roots.concepts, ...many.concepts] };
  const pending = Array.from({ length: 50 }, (_, at) => ({
    key: String(at),
    edit: { op: "move", concept: `a${at % 40}/b${at}`, parent: "a0" } as Edit,
  }));
  const start = performance.now();
  foreseen(large, pending);
  expect(performance.now() - start).toBeLessThan(200);
});
