import type { JobOut } from "@/api/schema";
import { isOpen } from "@/app/jobs";

/** Steps as the server names them, and the words for them. */
const STEPS: Readonly<Record<string, string>> = {
  "reading pictures": "reading",
  "fetching the sample": "fetching",
  "laying out the sample": "layingOut",
  embed: "looking",
  "looking at new pictures": "looking",
  "looking at pictures once": "lookingOnce",
  "teaching the last layer": "lastLayer",
  "starting several processes": "starting",
  "reading labels": "labels",
  "loading features": "loading",
  "finding the axes of the features": "axes",
  "learning the final head": "final",
  "comparing neighbours": "neighbours",
  "measuring on the test pictures": "measuring",
  "comparing with the champion": "comparing",
  "writing the model": "writing",
  "reading the model": "model",
  "tagging pictures": "tagging",
  "writing pictures": "exporting",
  done: "done",
};

/** The word for a step; null for one that has none, which is then shown as it came. */
export function stepOf(step: string): string | null {
  const last = step.slice(step.lastIndexOf(": ") + 1).trim();
  if (last.startsWith("learning from ")) return "learning";
  return STEPS[last] ?? null;
}

/** Where a network that learns is. best: a share; n: the pictures kept aside that it is of. */
export interface Epoch {
  epoch: number;
  epochs: number;
  best: { share: number; n: number } | null;
}

const EPOCH = /^epoch (\d+) of (\d+)(?:, best so far ([\d.]+) % \(n = (\d+)\))?$/;

export function epochOf(step: string): Epoch | null {
  const found = EPOCH.exec(step);
  if (found === null) return null;
  const [, epoch, epochs, best, n] = found;
  return {
    epoch: Number(epoch),
    epochs: Number(epochs),
    best: best === undefined ? null : { share: Number(best) / 100, n: Number(n) },
  };
}

/** Whether a network learns just now, which can be ended with the best state so far. */
export function canFinish({ kind, status, params, progress }: JobOut): boolean {
  const step = progress?.step ?? "";
  return (
    kind === "train" &&
    status === "running" &&
    params["recipe"] === "finetune" &&
    (epochOf(step) !== null || stepOf(step) === "lookingOnce")
  );
}

export const KINDS = [
  "import",
  "embed",
  "train",
  "tag",
  "clean",
  "alpha",
  "map",
  "export",
] as const;
export type Kind = (typeof KINDS)[number];

export function kindOf(job: JobOut): Kind | "other" {
  return KINDS.find((kind) => kind === job.kind) ?? "other";
}

export interface Sorted {
  open: JobOut[];
  ended: JobOut[];
}

/** What runs, then what waits in the order it will run; what ended, newest first. */
export function sorted(jobs: readonly JobOut[]): Sorted {
  const rank = (job: JobOut) => (job.status === "running" ? 0 : 1);
  const open = jobs
    .filter(isOpen)
    .sort((a, b) => rank(a) - rank(b) || a.created_at.localeCompare(b.created_at));
  const ended = jobs
    .filter((job) => !isOpen(job))
    .sort((a, b) => (b.finished_at ?? "").localeCompare(a.finished_at ?? ""));
  return { open, ended };
}

/** The jobs that are live, and older ones that are not among them. */
export function joined(live: readonly JobOut[], older: readonly JobOut[]): JobOut[] {
  const known = new Set(live.map(({ id }) => id));
  return [...live, ...older.filter(({ id }) => !known.has(id))];
}

/**
 * Uploads make many short jobs that look at what came in: those that went well one after the other
 * are told of as one.
 */
export function folded(ended: readonly JobOut[]): JobOut[] {
  const shown: JobOut[] = [];
  for (const job of ended) {
    const open = shown.at(-1);
    if (open === undefined || !isGlance(open) || !isGlance(job)) {
      shown.push(job);
      continue;
    }
    const [now, before] = [open.result ?? {}, job.result ?? {}];
    const sum = (key: string) => Number(now[key] ?? 0) + Number(before[key] ?? 0);
    shown[shown.length - 1] = {
      ...open,
      started_at: job.started_at,
      created_at: job.created_at,
      result: {
        embedded: sum("embedded"),
        skipped: sum("skipped"),
        unreadable: [...listOf(now["unreadable"]), ...listOf(before["unreadable"])],
      },
    };
  }
  return shown;
}

function isGlance(job: JobOut): boolean {
  return job.kind === "embed" && job.status === "done";
}

export function secondsOf(job: JobOut): number | null {
  if (!job.started_at || !job.finished_at) return null;
  return (Date.parse(job.finished_at) - Date.parse(job.started_at)) / 1000;
}

/** Where the pictures of an import come from, for its title. */
export function sourceOf(job: JobOut): { key: string; place: string } | null {
  const source = job.params["source"];
  if (typeof source !== "object" || source === null) return null;
  const [[key, value] = ["", ""]] = Object.entries(source);
  if (key === "urls") return { key, place: String(Array.isArray(value) ? value.length : "") };
  return { key, place: String(value) };
}

export interface Trouble {
  where: string;
  reason: string;
}

/** What could not be read or written, each with its reason. */
export function troublesOf(job: JobOut): Trouble[] {
  const { reasons, unreadable, warnings } = job.result ?? {};
  const found: Trouble[] = [];
  for (const each of listOf(reasons)) {
    if (Array.isArray(each)) found.push({ where: String(each[0]), reason: String(each[1]) });
  }
  for (const each of listOf(unreadable)) {
    const { asset, reason } = each as Record<string, unknown>;
    found.push({ where: String(asset), reason: String(reason) });
  }
  for (const each of listOf(warnings)) found.push({ where: "", reason: String(each) });
  return found;
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

export interface Fact {
  key: string;
  count: number;
}

/** What a job did, in numbers that have words. */
export function factsOf(job: JobOut): Fact[] {
  const result = job.result ?? {};
  const of = (...keys: string[]): Fact[] =>
    keys.flatMap((key) => {
      const value = result[key];
      return typeof value === "number" && value > 0 ? [{ key, count: value }] : [];
    });
  switch (job.kind) {
    case "import":
      return of("imported", "unchanged", "duplicates", "labels", "unreadable");
    case "embed":
      return of("embedded", "skipped");
    case "tag":
      return [...of("pictures"), ...verdictsOf(result["verdicts"])];
    case "clean":
      return of("suspects");
    case "map":
      return of("pictures").map((fact) => ({ ...fact, key: "mapped" }));
    case "export":
      return of("rows", "failed");
    default:
      return [];
  }
}

/** Pictures by verdict, over all facets. */
function verdictsOf(given: unknown): Fact[] {
  const sums: Record<string, number> = {};
  for (const counts of Object.values((given ?? {}) as Record<string, Record<string, number>>)) {
    for (const [verdict, n] of Object.entries(counts)) sums[verdict] = (sums[verdict] ?? 0) + n;
  }
  return ["auto", "parent", "review", "abstain"].flatMap((key) =>
    sums[key] ? [{ key, count: sums[key] }] : [],
  );
}

/** The model version a training made, and whether it is in use. */
export function modelOf(job: JobOut): { taxonomy: string; version: number; status: string } | null {
  const { taxonomy, version, status } = job.result ?? {};
  if (job.kind !== "train" || typeof version !== "number") return null;
  return { taxonomy: String(taxonomy), version, status: String(status) };
}
