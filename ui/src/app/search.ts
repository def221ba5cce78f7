/** The named parameters of an address that are there, as text; anything else is left out. */
export function texts<Name extends string>(
  search: Record<string, unknown>,
  ...names: readonly Name[]
): Partial<Record<Name, string>> {
  const found: Partial<Record<Name, string>> = {};
  for (const name of names) {
    const value = search[name];
    if (typeof value === "string" && value) found[name] = value;
    if (typeof value === "number") found[name] = String(value);
  }
  return found;
}
