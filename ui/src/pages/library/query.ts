/** What is typed into the search bar, read: a pure function from text to parts and back. */
import type { paths } from "@/api/schema";

export type AssetsQuery = NonNullable<paths["/api/v1/assets"]["get"]["parameters"]["query"]>;

const STATUSES = ["auto", "confirmed", "suggested", "rejected"] as const;
export const STATES = [...STATUSES, "untagged", "unlabelled"] as const;
export const SORTS = ["newest", "oldest", "rank", "doubt"] as const;
export type State = (typeof STATES)[number];
export type Sort = (typeof SORTS)[number];

/** One part of a search, and the text it was read from. */
export type Part =
  | { kind: "concept"; text: string; concept: string }
  | { kind: "word"; text: string; word: string }
  | { kind: "p"; text: string; low: number | null; high: number | null }
  | { kind: "is"; text: string; state: State }
  | { kind: "added" | "taken"; text: string; from: string | null; before: string | null }
  | { kind: "source"; text: string; source: string }
  | { kind: "format"; text: string; format: string }
  | { kind: "bad"; text: string };

/** Parts by blanks; quotes keep blanks together. */
export function tokensOf(typed: string): string[] {
  return typed.match(/(?:[^\s"]|"[^"]*"?)+/g) ?? [];
}

export function parsed(typed: string): Part[] {
  return tokensOf(typed).map(partOf);
}

function partOf(text: string): Part {
  const bounds = /^p\s*(<=?|>=?)\s*([\d.,]+)(%?)$/i.exec(text);
  if (bounds) return boundOf(text, bounds[1]!, bounds[2]!, bounds[3] === "%");
  const named = /^([a-z]+):(.+)$/is.exec(text);
  const value = named ? unquoted(named[2]!) : "";
  switch (value && named?.[1]?.toLowerCase()) {
    case "concept":
      return { kind: "concept", text, concept: value };
    case "is":
      return isState(value) ? { kind: "is", text, state: value } : { kind: "bad", text };
    case "added":
    case "taken":
      return datesOf(text, named![1]!.toLowerCase() as "added" | "taken", value);
    case "source":
      return { kind: "source", text, source: value };
    case "format":
      return { kind: "format", text, format: value.toUpperCase() };
    default:
      return { kind: "word", text, word: unquoted(text) };
  }
}

function isState(text: string): text is State {
  return (STATES as readonly string[]).includes(text);
}

function boundOf(text: string, sign: string, number: string, isPercent: boolean): Part {
  const value = Number(number.replace(",", ".")) / (isPercent ? 100 : 1);
  if (!(value >= 0 && value <= 1)) return { kind: "bad", text };
  const isLow = sign.startsWith(">");
  return { kind: "p", text, low: isLow ? value : null, high: isLow ? null : value };
}

const DATE = /^(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?$/;

/** `2026`, `2026-11`, `2026-11-01`, or two of them parted by `..`, either of which may be left out. */
function datesOf(text: string, kind: "added" | "taken", value: string): Part {
  const [first = "", last] = value.split("..");
  const from = first === "" ? null : startOf(first);
  const end = last ?? first;
  const before = end === "" ? null : endOf(end);
  if (from === undefined || before === undefined || (from ?? before) === null) {
    return { kind: "bad", text };
  }
  return { kind, text, from, before };
}

function startOf(text: string): string | undefined {
  const [, year, month, day] = DATE.exec(text) ?? [];
  return year === undefined
    ? undefined
    : dateOf(Number(year), Number(month ?? 1), Number(day ?? 1));
}

/** The day after the last one that is meant: the API's end is not part of it. */
function endOf(text: string): string | undefined {
  const [, year, month, day] = DATE.exec(text) ?? [];
  if (year === undefined) return undefined;
  if (day !== undefined && dateOf(Number(year), Number(month), Number(day)) === undefined) {
    return undefined;
  }
  if (day !== undefined) return shown(Date.UTC(Number(year), Number(month) - 1, Number(day) + 1));
  if (month !== undefined) return shown(Date.UTC(Number(year), Number(month), 1));
  return shown(Date.UTC(Number(year) + 1, 0, 1));
}

function dateOf(year: number, month: number, day: number): string | undefined {
  const time = Date.UTC(year, month - 1, day);
  const date = new Date(time);
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? shown(time) : undefined;
}

function shown(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

function unquoted(text: string): string {
  return text.replaceAll('"', "").trim();
}

/** A value with its name, in quotes where it needs them. */
export function written(name: string, value: string): string {
  const plain = value.replaceAll('"', "");
  return /\s/.test(plain) ? `${name}:"${plain}"` : `${name}:${plain}`;
}

/** What the API is asked; parts that are not understood are left out. */
export function asked(parts: readonly Part[], sort?: string): AssetsQuery {
  const query: AssetsQuery = {};
  const words: string[] = [];
  for (const part of parts) {
    if (part.kind === "concept") query.concept = [...(query.concept ?? []), part.concept];
    if (part.kind === "word") words.push(part.word);
    if (part.kind === "source") words.push(part.source);
    if (part.kind === "format") query.format = [...(query.format ?? []), part.format];
    if (part.kind === "p" && part.low !== null) query.min_p = part.low;
    if (part.kind === "p" && part.high !== null) query.max_p = part.high;
    if (part.kind === "is") addState(query, part.state);
    if (part.kind === "added") [query.added_from, query.added_before] = [part.from, part.before];
    if (part.kind === "taken") [query.taken_from, query.taken_before] = [part.from, part.before];
  }
  // What carries a concept, as it is counted; suggestions come where they are asked for.
  const isPlain = !query.status && query.min_p === undefined && query.max_p === undefined;
  if (query.concept && isPlain) query.status = ["auto", "confirmed"];
  if (words.length > 0) query.text = words.join(" ");
  if ((SORTS as readonly (string | undefined)[]).includes(sort)) query.sort = sort as Sort;
  return query;
}

function addState(query: AssetsQuery, state: State): void {
  if (state === "untagged" || state === "unlabelled") query[state] = true;
  else query.status = [...(query.status ?? []), state];
}

/** A search with a part added, unless it is there. */
export function withPart(typed: string, text: string): string {
  const tokens = tokensOf(typed);
  return (tokens.includes(text) ? tokens : [...tokens, text]).join(" ");
}

/** A search without the parts of these texts. */
export function withoutParts(typed: string, ...texts: readonly string[]): string {
  return tokensOf(typed)
    .filter((token) => !texts.includes(token))
    .join(" ");
}
