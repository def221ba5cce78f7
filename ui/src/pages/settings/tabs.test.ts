import { describe, expect, it } from "vitest";
import type { MeOut } from "@/api/schema";
import { browserOf, inDays, PERMISSIONS, ROLES, tabsOf } from "./tabs";

function me(given: Partial<MeOut>): MeOut {
  return {
    actor: "ada",
    kind: "session",
    email: null,
    name: null,
    operator: false,
    workspace: "default",
    permissions: [],
    memberships: [],
    ...given,
  };
}

describe("the tabs", () => {
  it.each([
    ["a viewer", me({ permissions: [...PERMISSIONS.viewer] }), ["account", "export"]],
    [
      "an admin",
      me({ permissions: [...PERMISSIONS.admin] }),
      ["account", "people", "keys", "webhooks", "export", "audit"],
    ],
    [
      "whoever is at this machine before there are logins",
      me({ kind: "local", operator: true, permissions: [...PERMISSIONS.admin] }),
      ["people", "keys", "webhooks", "export", "audit", "installation"],
    ],
  ])("of %s", (_, who, tabs) => {
    expect(tabsOf(who)).toEqual(tabs);
  });
});

it("each role may what the one before it may", () => {
  ROLES.slice(1).forEach((role, at) => {
    expect(PERMISSIONS[role]).toEqual(expect.arrayContaining([...PERMISSIONS[ROLES[at]!]]));
  });
});

it("a browser is known by what it calls itself", () => {
  const chrome = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/130 Safari/537.36";
  expect(browserOf(chrome)).toEqual({ browser: "Chrome", system: "Linux" });
  expect(browserOf("curl/8.5")).toBeNull();
});

it("a time in days is a moment", () => {
  expect(inDays(30, Date.parse("2026-01-01T00:00:00Z"))).toBe("2026-01-31T00:00:00.000Z");
});
