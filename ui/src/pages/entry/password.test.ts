import { describe, expect, it } from "vitest";
import { faultOf } from "./password";

describe("a new password", () => {
  it.each([
    ["short", "short", "short"],
    ["Ada@Example.org ", "ada@example.org", "email"],
    ["four small green owls", "ada@example.org", null],
  ])("%s", (password, email, fault) => {
    expect(faultOf(password, email)).toBe(fault);
  });
});
