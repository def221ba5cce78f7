import { expect, it } from "vitest";
import { readLabels } from "./search";

it("an address keeps what is known and drops the rest", () => {
  const search = { taxonomy: "t", view: "grid", reason: "look-alike", given: "a", x: "y" };
  expect(readLabels(search)).toEqual({
    taxonomy: "t",
    view: "grid",
    reason: "look-alike",
    given: "a",
  });
  expect(readLabels({ view: "table", reason: "mood" })).toEqual({});
});
