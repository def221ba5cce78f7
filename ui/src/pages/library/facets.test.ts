import { expect, it } from "vitest";
import { choices, groupsOf } from "./facets";

const count = (concept: string, many: number, parent: string | null = null, facet = "kind") => ({
  taxonomy: "shop",
  facet,
  concept,
  parent,
  label: concept,
  count: many,
});

it("counts become trees, the most frequent first", () => {
  const counts = [
    count("bag", 2),
    count("shoe", 5),
    count("clog", 1, "shoe"),
    count("boot", 4, "shoe"),
  ];
  const [group] = groupsOf(counts, (_, __, label) => label.toUpperCase());
  expect(group!.roots.map(({ label }) => label)).toEqual(["SHOE", "BAG"]);
  expect(group!.roots[0]!.children.map(({ concept }) => concept)).toEqual(["boot", "clog"]);
});

it("where something is chosen in a facet, the others of it can still be chosen", () => {
  const found = [count("shoe", 5), count("red", 3, null, "colour")];
  const unchosen = [count("shoe", 5), count("bag", 2), count("red", 9, null, "colour")];
  expect(choices(found, unchosen, new Set(["shoe"]))).toEqual([
    count("red", 3, null, "colour"),
    count("shoe", 5),
    count("bag", 2),
  ]);
});
