import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";

const SOURCES = join(import.meta.dirname, "..");
const PAGES = import.meta.glob<Record<string, unknown>>("./*/*.json", {
  eager: true,
  import: "default",
});

function keysOf(words: object, before = ""): string[] {
  return Object.entries(words).flatMap(([name, value]) =>
    typeof value === "object" && value !== null
      ? keysOf(value, `${before}${name}.`)
      : [`${before}${name}`],
  );
}

function holesOf(words: object): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  const walk = (some: object, before: string) => {
    for (const [name, value] of Object.entries(some)) {
      if (typeof value === "object") walk(value, `${before}${name}.`);
      else found[before + name] = [...new Set(String(value).match(/\{\{\w+\}\}/g))].sort();
    }
  };
  walk(words, "");
  return found;
}

const pages = Object.keys(PAGES)
  .filter((path) => path.startsWith("./en/"))
  .map((path) => path.slice("./en/".length));

describe.each(pages)("the words of %s", (page) => {
  const english = PAGES[`./en/${page}`]!;
  const german = PAGES[`./de/${page}`];

  it("are there in every language", () => {
    expect(german && keysOf(german).sort()).toEqual(keysOf(english).sort());
  });

  it("have the same holes in every language", () => {
    expect(holesOf(german!)).toEqual(holesOf(english));
  });
});

function sourcesOf(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sourcesOf(path);
    return entry.name.endsWith(".tsx") && !entry.name.includes(".test.") ? [path] : [];
  });
}

/** What is written between or in the marks of a page, rather than in a file of words. */
function wordsIn(path: string): string[] {
  const text = readFileSync(path, "utf8");
  const tree = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX);
  const spoken = /^(alt|aria-label|label|placeholder|title|description|about|text)$/;
  const found: string[] = [];
  const visit = (node: ts.Node) => {
    if (ts.isJsxText(node) && /\p{L}{2}/u.test(node.text)) found.push(node.text.trim());
    const value = ts.isJsxAttribute(node) ? node.initializer : undefined;
    if (value && ts.isStringLiteral(value) && /\p{L}/u.test(value.text)) {
      if (spoken.test((node as ts.JsxAttribute).name.getText())) found.push(value.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return found.filter((each) => each !== "Tagwright");
}

describe("a page", () => {
  it.each(sourcesOf(SOURCES).map((path) => path.slice(SOURCES.length + 1)))(
    "has no words of its own: %s",
    (path) => {
      expect(wordsIn(join(SOURCES, path))).toEqual([]);
    },
  );
});
