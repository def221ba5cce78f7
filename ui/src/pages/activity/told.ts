import type { RunOut } from "@/api/schema";

export const KINDS = [
  "import",
  "upload",
  "train",
  "tag",
  "decide",
  "edit",
  "champion",
  "clean",
  "alpha",
  "undo",
] as const;
export type Kind = (typeof KINDS)[number];

export function kindOf(run: RunOut): Kind | "other" {
  return KINDS.find((kind) => kind === run.kind) ?? "other";
}

/** A sentence by its key in the words, with what stands in it. Numbers are still numbers. */
export interface Sentence {
  key: string;
  texts: Record<string, string>;
  counts: Record<string, number>;
}

/** What a run did. */
export function sentenceOf(run: RunOut): Sentence {
  const { params, summary } = run;
  const texts = { taxonomy: textOf(summary["taxonomy"] ?? params["taxonomy"]) };
  const kind = kindOf(run);
  switch (kind) {
    case "import":
      return {
        key: numberOf(summary["labels"]) > 0 ? "import.labelled" : "import.plain",
        texts: { ...texts, place: placeOf(params) },
        counts: { count: numberOf(summary["imported"]), labels: numberOf(summary["labels"]) },
      };
    case "train":
    case "champion":
      return {
        key: summary["model"] === undefined ? `${kind}.cut` : `${kind}.done`,
        texts: { ...texts, version: textOf(summary["model"] ?? params["model"]) },
        counts: {},
      };
    case "tag":
      return {
        key: params["model"] === 0 ? "tag.generic" : "tag.model",
        texts: { ...texts, version: textOf(params["model"]) },
        counts: { count: numberOf(summary["pictures"]) },
      };
    case "decide":
      return { key: "decide", texts, counts: { count: numberOf(summary["tags"]) } };
    case "edit":
      return {
        key: Array.isArray(params["edits"]) ? "edit.edits" : "edit.whole",
        texts,
        counts: { count: Array.isArray(params["edits"]) ? params["edits"].length : 0 },
      };
    case "clean":
      return {
        key: summary["suspects"] === undefined ? "clean.cut" : "clean.done",
        texts,
        counts: { count: numberOf(summary["suspects"]) },
      };
    case "alpha":
      return { key: run.finished_at === null ? "alpha.cut" : "alpha.done", texts, counts: {} };
    case "undo":
      return { key: "undo", texts, counts: { count: numberOf(summary["assets"]) } };
    default:
      return { key: kind, texts: { ...texts, kind: run.kind }, counts: {} };
  }
}

/** Where an import took its pictures from: the last part, which people know it by. */
function placeOf(params: Record<string, unknown>): string {
  const paths = Array.isArray(params["paths"]) ? params["paths"].map(String) : [];
  const place = paths[0] ?? textOf(params["prefix"]);
  return place.split("/").filter(Boolean).at(-1) ?? "";
}

function textOf(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

function numberOf(value: unknown): number {
  return typeof value === "number" ? value : 0;
}

/** Runs that are told of together: one person's answers, one after the other. */
export interface Episode {
  first: RunOut;
  /** Newest first, `first` among them. */
  runs: RunOut[];
}

/** Answers come one at a time, and a hundred of them are one thing that somebody did. */
const APART = 30 * 60_000;

export function episodesOf(runs: readonly RunOut[]): Episode[] {
  const episodes: Episode[] = [];
  for (const run of runs) {
    const open = episodes.at(-1);
    if (open && belongs(open.runs.at(-1)!, run)) open.runs.push(run);
    else episodes.push({ first: run, runs: [run] });
  }
  return episodes;
}

function belongs(later: RunOut, earlier: RunOut): boolean {
  return (
    later.kind === "decide" &&
    earlier.kind === "decide" &&
    later.actor === earlier.actor &&
    later.undone === earlier.undone &&
    later.params["taxonomy"] === earlier.params["taxonomy"] &&
    Date.parse(later.started_at) - Date.parse(earlier.started_at) < APART
  );
}

export function tagsOf(runs: readonly RunOut[]): number {
  return runs.reduce((sum, { summary }) => sum + numberOf(summary["tags"]), 0);
}

/** What only looks at labels, and changes none. */
export function isCheck(run: RunOut): boolean {
  return run.kind === "clean" || run.kind === "alpha";
}

/** Whether there is anything to take back. */
export function canBeUndone(run: RunOut): boolean {
  return !run.undone && !isCheck(run);
}

/** The undo that took a run back, which can be undone in turn. Undos are newer than their aims. */
export function undoOf(run: RunOut, runs: readonly RunOut[]): RunOut | undefined {
  return runs.find(
    (each) =>
      each.kind === "undo" &&
      !each.undone &&
      Array.isArray(each.params["targets"]) &&
      each.params["targets"].includes(run.id),
  );
}

/** The model whose tags a run made. */
export function modelOf(run: RunOut): { taxonomy: string; version: number } | null {
  const version = run.params["model"] ?? run.summary["model"];
  const taxonomy = run.params["taxonomy"];
  if (typeof version !== "number" || version < 1 || typeof taxonomy !== "string") return null;
  return { taxonomy, version };
}
