import type { MeOut } from "@/api/schema";

export const TABS = [
  "account",
  "people",
  "keys",
  "webhooks",
  "export",
  "audit",
  "installation",
] as const;
export type Tab = (typeof TABS)[number];

/** The tabs that somebody may use, in order. */
export function tabsOf(me: MeOut): Tab[] {
  const isAdmin = me.permissions.includes("admin");
  const open: Record<Tab, boolean> = {
    account: me.kind === "session",
    people: isAdmin,
    keys: isAdmin,
    webhooks: isAdmin,
    export: me.permissions.includes("read"),
    audit: isAdmin,
    installation: me.operator,
  };
  return TABS.filter((tab) => open[tab]);
}

export const ROLES = ["viewer", "reviewer", "editor", "admin"] as const;
export type Role = (typeof ROLES)[number];

/** What each role may: the same as on the server, so that scopes offer no more than that. */
export const PERMISSIONS: Readonly<Record<Role, readonly MeOut["permissions"][number][]>> = {
  viewer: ["read", "classify"],
  reviewer: ["read", "classify", "review"],
  editor: ["read", "classify", "review", "upload", "edit", "train"],
  admin: ["read", "classify", "review", "upload", "edit", "train", "admin"],
};

/** "Firefox on Windows" of what a browser calls itself; null where nobody can tell. */
export function browserOf(agent: string): { browser: string; system: string } | null {
  const browser = [
    ["Firefox", /Firefox\//],
    ["Edge", /Edg\//],
    ["Opera", /OPR\//],
    ["Chrome", /Chrom(e|ium)\//],
    ["Safari", /Safari\//],
  ].find(([, sign]) => (sign as RegExp).test(agent))?.[0];
  const system = [
    ["Android", /Android/],
    ["iOS", /iPhone|iPad/],
    ["Windows", /Windows/],
    ["macOS", /Mac OS X/],
    ["Linux", /Linux/],
  ].find(([, sign]) => (sign as RegExp).test(agent))?.[0];
  return browser && system ? { browser: String(browser), system: String(system) } : null;
}

/** The moment so many days from now, as the server takes it. */
export function inDays(days: number, now = Date.now()): string {
  return new Date(now + days * 86_400_000).toISOString();
}
