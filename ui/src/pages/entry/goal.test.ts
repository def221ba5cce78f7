import { describe, expect, it } from "vitest";
import { ownPage } from "./goal";

describe("where a login leads", () => {
  it.each([
    ["a page of ours", "/w/pets/review?n=3#a", "/w/pets/review?n=3#a"],
    ["nothing", undefined, "/"],
    ["another site", "https://evil.example/w/pets", "/"],
    ["another site, without its protocol", "//evil.example", "/"],
    ["another site, behind a backslash", "/\\evil.example", "/"],
    ["a tab inside", "/\t/evil.example", "/"],
    ["a script", "javascript:alert(1)", "/"],
    ["the login again", "/login?goal=/login", "/"],
  ])("%s", (_, goal, page) => {
    expect(ownPage(goal, "https://tags.example")).toBe(page);
  });
});
