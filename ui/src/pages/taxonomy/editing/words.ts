/** Words as the server compares and slugs them, near enough to foresee what it will say. */

/** Composed, trimmed, with single spaces. */
export function tidy(text: string): string {
  return text.normalize("NFC").trim().split(/\s+/).join(" ");
}

/** What two spellings of one word share. Through upper case, so that ß and ss are one. */
export function keyOfWord(text: string): string {
  return tidy(text).toUpperCase().toLowerCase();
}

const PLAIN = /^[a-z0-9]+(?:[ ._-][a-z0-9]+)*$/;
const LONGEST = 60;

/** An id for a new concept that no other has: readable, and the same for the same words. */
export function newId(
  taken: { has: (id: string) => boolean },
  parent: string | null,
  label: string,
): string {
  const plain = parent === null ? slug(label) : `${parent}/${slug(label)}`;
  let id = plain;
  for (let n = 2; taken.has(id); n += 1) id = `${plain}~${n}`;
  return id;
}

function slug(text: string): string {
  const key = keyOfWord(text);
  if (PLAIN.test(key) && key.length <= LONGEST) {
    return key.replaceAll("-", "--").replaceAll(" ", "-");
  }
  const letters = key.normalize("NFKD").replace(/\p{M}/gu, "");
  const readable = letters.replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "");
  return `${readable.slice(0, LONGEST)}~${hash(key)}`;
}

/** FNV-1a: keeps "C" and "C++" apart; nothing depends on it being hard to guess. */
function hash(text: string): string {
  let value = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) {
    value = Math.imul(value ^ byte, 0x01000193);
  }
  return (value >>> 0).toString(16).padStart(8, "0");
}
