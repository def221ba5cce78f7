import { api, told } from "@/api/client";
import type { ConceptOut, TaxonomyOut } from "@/api/schema";
import { grown, rootsOf, type Tree } from "@/parts/taxonomy";

type Path = readonly string[];

/** Most edits in one request. */
const MOST = 200;

/** See that a taxonomy has the concepts that folders name; those it has already stay as they are. */
export async function ensureConcepts(name: string, concepts: readonly Path[]): Promise<void> {
  const { items } = await told(api.GET("/api/v1/taxonomies"));
  if (!items.some((each) => each.name === name)) return make(name, concepts);
  const depth = Math.max(...concepts.map((path) => path.length));
  for (let level = 1; level <= depth; level++) {
    const tree = await read(name);
    const edits = missingAt(tree, concepts, level);
    for (let at = 0; at < edits.length; at += MOST) await apply(name, edits.slice(at, at + MOST));
  }
}

async function make(taxonomy: string, concepts: readonly Path[]): Promise<void> {
  const depth = Math.max(...concepts.map((path) => path.length));
  const head = Array.from({ length: depth }, (_, at) => `level${at + 1}`).join(",");
  const lines = concepts.map((path) => path.map(cell).join(",") + ",".repeat(depth - path.length));
  await told(
    api.PUT("/api/v1/taxonomies/{taxonomy}", {
      params: { path: { taxonomy }, query: { format: "csv", kind: "one", if_version: 0 } },
      headers: { "Content-Type": "text/csv" },
      body: [head, ...lines].join("\n"),
      bodySerializer: (body: unknown) => String(body),
    }),
  );
}

function cell(word: string): string {
  return `"${word.replaceAll('"', '""')}"`;
}

async function read(taxonomy: string): Promise<Tree> {
  const path = { taxonomy };
  const told_ = await told(api.GET("/api/v1/taxonomies/{taxonomy}", { params: { path } }));
  return grown(told_ as TaxonomyOut);
}

interface Add {
  op: "add";
  facet: string;
  label: string;
  parent: string | null;
}

/** What is to be added at one depth (1: roots), once all above it is there. */
export function missingAt(tree: Tree, concepts: readonly Path[], level: number): Add[] {
  const facet = tree.taxonomy.facets[0]?.id;
  if (facet === undefined) return [];
  const wanted = new Map<string, Add>();
  for (const path of concepts) {
    const label = path[level - 1];
    if (label === undefined) continue;
    const parent = reached(tree, facet, path.slice(0, level - 1));
    if (parent === undefined || childOf(tree, facet, parent, label)) continue;
    wanted.set(`${parent} ${plain(label)}`, { op: "add", facet, label, parent });
  }
  return [...wanted.values()];
}

/** The concept at the end of a path; null for no path, undefined where it breaks off. */
function reached(tree: Tree, facet: string, path: Path): string | null | undefined {
  let at: string | null = null;
  for (const word of path) {
    const next = childOf(tree, facet, at, word);
    if (next === undefined) return undefined;
    at = next.id;
  }
  return at;
}

function childOf(tree: Tree, facet: string, parent: string | null, word: string) {
  const children = tree.children.get(parent ?? rootsOf(facet)) ?? [];
  return children.find((concept) => concept.live && wordsOf(concept).includes(plain(word)));
}

function wordsOf(concept: ConceptOut): string[] {
  const others = concept.alt_labels.map(([, word]) => String(word));
  return [concept.label, ...Object.values(concept.labels), ...others].map(plain);
}

function plain(word: string): string {
  return word.normalize("NFC").trim().toLocaleLowerCase();
}

async function apply(taxonomy: string, edits: Add[]): Promise<void> {
  await told(
    api.POST("/api/v1/taxonomies/{taxonomy}/edits", {
      params: { path: { taxonomy } },
      body: { edits },
    }),
  );
}
