/** A page of this site, or the way in: what stands in an address may lead anywhere. */
export function ownPage(goal: string | undefined, origin = location.origin): string {
  if (!goal?.startsWith("/")) return "/";
  try {
    const at = new URL(goal, origin);
    if (at.origin !== origin || at.pathname === "/login") return "/";
    return at.pathname + at.search + at.hash;
  } catch {
    return "/";
  }
}
