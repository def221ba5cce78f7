import type { JobOut } from "@/api/schema";
import type { Basis } from "@/pages/models/report";

/** How far learning from the answers is. */
export type Learning =
  | { kind: "idle" }
  | { kind: "waiting" }
  | { kind: "learning"; step: string; share: number }
  | { kind: "failed"; error: string }
  | { kind: "cancelled" }
  | { kind: "nothing"; version: number }
  | ({ kind: "kept" } & Judged)
  | ({ kind: "promoted"; isTagged: boolean } & Judged)
  | ({ kind: "tagging"; share: number } & Judged)
  | ({ kind: "fresh" } & Judged);

/** What the gate said of a version. against: the champion before; null where there was none. */
interface Judged {
  version: number;
  basis: Basis | null;
  against: number | null;
}

/** Whether something is still under way. */
export function isBusy({ kind }: Learning): boolean {
  return kind === "waiting" || kind === "learning" || kind === "tagging";
}

interface Trained {
  version: number;
  new: boolean;
  status: string;
  gate: { basis: Basis; against?: number | null } | null;
}

/** From the jobs as they stand. watched: the training that was asked for here. */
export function learningOf(jobs: readonly JobOut[], taxonomy: string, watched: string): Learning {
  const own = jobs.filter(({ params }) => params["taxonomy"] === taxonomy);
  const training =
    own.find(({ id }) => id === watched) ??
    own.find(
      ({ kind, status }) => kind === "train" && (status === "queued" || status === "running"),
    );
  if (training === undefined) return { kind: "idle" };
  switch (training.status) {
    case "queued":
      return { kind: "waiting" };
    case "running":
      return { kind: "learning", step: training.progress?.step ?? "", share: shareOf(training) };
    case "done":
      return ended(training, own);
    case "cancelled":
      return { kind: "cancelled" };
    default:
      return { kind: "failed", error: training.error ?? "" };
  }
}

function ended(training: JobOut, own: readonly JobOut[]): Learning {
  const { version, new: isNew, status, gate } = training.result as unknown as Trained;
  const judged = { version, basis: gate?.basis ?? null, against: gate?.against ?? null };
  if (!isNew) return { kind: "nothing", version };
  if (status !== "champion") return { kind: "kept", ...judged };
  const tagging = own.find(
    (job) => job.kind === "tag" && job.created_at >= (training.started_at ?? training.created_at),
  );
  if (tagging?.status === "done") return { kind: "fresh", ...judged };
  if (tagging?.status === "running" || tagging?.status === "queued") {
    return { kind: "tagging", ...judged, share: shareOf(tagging) };
  }
  return { kind: "promoted", ...judged, isTagged: tagging !== undefined };
}

function shareOf({ progress }: JobOut): number {
  return progress && progress.total > 0 ? progress.done / progress.total : 0;
}
