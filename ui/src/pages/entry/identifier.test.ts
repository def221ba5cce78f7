import { describe, expect, it } from "vitest";
import { identifierOf } from "./identifier";

describe("the address of a workspace", () => {
  it.each([
    ["City Archive", "city-archive"],
    ["  Müller & Söhne  ", "mueller-soehne"],
    ["Café 1900", "cafe-1900"],
    ["写真", ""],
    ["x".repeat(80), "x".repeat(63)],
  ])("of %s is %s", (name, identifier) => {
    expect(identifierOf(name)).toBe(identifier);
  });
});
