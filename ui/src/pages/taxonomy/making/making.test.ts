import { describe, expect, it } from "vitest";
import { emptyTaxonomy, formatOf, listed, nameFor } from "./making";

describe("a typed list", () => {
  it("is one tab a level, whatever it was indented with", () => {
    const typed = "Footwear\n   Boots\n   Sandals\n\n\tBags\nCoats";
    expect(listed(typed)).toEqual({
      text: "Footwear\n\tBoots\n\tSandals\n\t\tBags\nCoats\n",
      concepts: 5,
      levels: 3,
    });
  });

  it("comes back to a level that is not indented exactly as before", () => {
    expect(listed("A\n    B\n  C\nD").text).toBe("A\n\tB\n\tC\nD\n");
  });

  it("loses its bullets and numbers, and keeps synonyms and headings", () => {
    expect(listed("- [Things]\n  - Chair\n    - {seat}\n  2. Table")).toEqual({
      text: "[Things]\n\tChair\n\t\t{seat}\n\tTable\n",
      concepts: 3,
      levels: 2,
    });
  });

  it("of nothing is nothing", () => {
    expect(listed(" \n\n")).toEqual({ text: "", concepts: 0, levels: 0 });
  });
});

it.each([
  ["a.TTL", "ttl"],
  ["thesaurus.xml", "rdf"],
  ["x.jsonld", "jsonld"],
  ["Lightroom keywords.txt", "txt"],
  ["photo.jpg", null],
  ["noending", null],
])("the format of %s is %s", (file, format) => {
  expect(formatOf(file)).toBe(format);
});

it("a file gives the taxonomy its name", () => {
  expect(nameFor("my.garments.csv")).toBe("my.garments");
});

it("an empty taxonomy has one facet and its language", () => {
  expect(JSON.parse(emptyTaxonomy("Mode", "Produkt", "one", "de"))).toEqual({
    version: 1,
    name: "Mode",
    language: "de",
    facets: [{ id: "produkt", label: "Produkt", kind: "one" }],
    concepts: [],
  });
});
