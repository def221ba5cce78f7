import type { Found } from "./files";

/** What folder names say of files: a taxonomy's name, and the path of concepts of each file. */
export interface FolderLabels {
  taxonomy: string;
  /** The same order as the files; null for one that lies in no folder below the top. */
  paths: readonly (readonly string[] | null)[];
  /** Each path once. */
  concepts: readonly (readonly string[])[];
}

/**
 * As an import reads folders: where all lies in one folder with others in it, that one names the
 * taxonomy and those below it are concepts. Otherwise the outermost folders are concepts too.
 */
export function folderLabels(found: readonly Found[]): FolderLabels | null {
  const tops = new Set(found.map(({ folders }) => folders[0] ?? ""));
  const [top] = tops;
  const isRoot = tops.size === 1 && found.some(({ folders }) => folders.length > 1);
  const cut = isRoot ? 1 : 0;
  const paths = found.map(({ folders }) => {
    const words = folders.slice(cut).map(asWord).filter(Boolean);
    return words.length > 0 ? words : null;
  });
  const concepts = new Map(paths.filter((path) => path !== null).map((p) => [p.join("\n"), p]));
  if (concepts.size === 0) return null;
  return {
    taxonomy: isRoot && top ? asName(top) : "",
    paths,
    concepts: [...concepts.values()],
  };
}

/** A label as the server takes it: `>` parts the words of a path. */
export function labelOf(taxonomy: string, path: readonly string[]): string {
  return `${taxonomy}:${path.join(" > ")}`;
}

/** A folder's name as a concept's. */
export function asWord(name: string): string {
  return name.replaceAll(">", "-").replaceAll(/\s+/g, " ").trim();
}

/** A folder's name as a taxonomy's: a colon would end it in a label. */
export function asName(name: string): string {
  return asWord(name).replaceAll(":", "-");
}
