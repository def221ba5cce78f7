import { newId } from "../editing/words";

/** What a file of a taxonomy is, by its name. */
export type Format = "json" | "ttl" | "rdf" | "jsonld" | "csv" | "txt";

const ENDINGS: Readonly<Record<string, Format>> = {
  ttl: "ttl",
  turtle: "ttl",
  rdf: "rdf",
  xml: "rdf",
  owl: "rdf",
  skos: "rdf",
  jsonld: "jsonld",
  json: "json",
  csv: "csv",
  tsv: "csv",
  txt: "txt",
};

export const ACCEPTED = Object.keys(ENDINGS)
  .map((ending) => `.${ending}`)
  .join(",");

export function formatOf(file: string): Format | null {
  return ENDINGS[file.split(".").pop()?.toLowerCase() ?? ""] ?? null;
}

/** "my-garments.csv" makes a taxonomy "my-garments". */
export function nameFor(file: string): string {
  return file.replace(/\.[^.]+$/, "").trim();
}

/** A list that somebody typed or pasted, as a keyword list: one tab a level. */
export interface Listed {
  text: string;
  concepts: number;
  levels: number;
}

const BULLET = /^(?:[-*•–]|\d+[.)])\s+/;

/**
 * Lines indented by any number of spaces or tabs; deeper than the line above is one level below.
 * Bullets in front are dropped, as they come with lists from documents.
 */
export function listed(typed: string): Listed {
  const depths: number[] = [];
  const lines: string[] = [];
  let levels = 0;
  for (const raw of typed.split(/\r?\n/)) {
    const words = raw.trim().replace(BULLET, "").trim();
    if (!words) continue;
    const depth = depthOf(raw);
    while (depths.length > 0 && depths.at(-1)! >= depth) depths.pop();
    lines.push("\t".repeat(depths.length) + words);
    depths.push(depth);
    if (!words.startsWith("{")) levels = Math.max(levels, depths.length);
  }
  const concepts = lines.filter((line) => !line.trim().startsWith("{")).length;
  return { text: lines.map((line) => `${line}\n`).join(""), concepts, levels };
}

/** A tab counts as far as the next multiple of four, as editors show it. */
function depthOf(line: string): number {
  let depth = 0;
  for (const char of line) {
    if (char === "\t") depth += 4 - (depth % 4);
    else if (/\s/.test(char)) depth += 1;
    else break;
  }
  return depth;
}

/** A taxonomy in the server's own form, with one facet and no concept. */
export function emptyTaxonomy(
  name: string,
  facet: string,
  kind: "one" | "any",
  language: string,
): string {
  const id = newId(new Set(), null, facet);
  const facets = [{ id, label: facet, kind }];
  return JSON.stringify({ version: 1, name, language, facets, concepts: [] });
}
