import type { TFunction } from "i18next";
import type { JobOut } from "@/api/schema";
import { count, percent, span } from "@/parts/numbers";
import { type Epoch, epochOf, kindOf, sourceOf, stepOf } from "./facts";

/** `t` of the namespace `jobs`. */
type Words = TFunction<"jobs" | readonly ["jobs", ...string[]]>;

/** "Learning Garments". */
export function titleOf(t: Words, job: JobOut): string {
  const kind = kindOf(job);
  const source = kind === "import" ? sourceOf(job) : null;
  if (source?.key === "sample") return t("title.sample");
  if (source?.key === "urls") return t("title.urls", { shown: source.place });
  if (source !== null) return t("title.importFrom", { place: source.place });
  if (kind === "export") return t(`title.export.${String(job.params["format"])}`);
  return t(`title.${kind}`, { subject: job.subject, kind: job.kind });
}

/** "Reading pictures". */
export function stepWords(t: Words, step: string): string {
  const epoch = epochOf(step);
  if (epoch !== null) return epochWords(t, epoch);
  const known = stepOf(step);
  return known === null ? step : t(`step.${known}`);
}

/** "Round 2 of 6; best so far 87.3% (n = 120)". */
function epochWords(t: Words, { epoch, epochs, best }: Epoch): string {
  if (best === null) return t("epoch", { epoch: count(epoch), epochs: count(epochs) });
  return t("epochBest", {
    epoch: count(epoch),
    epochs: count(epochs),
    best: percent(best.share, 1),
    n: count(best.n),
  });
}

/** "812 of 2,400 · 35 a second · 1 minute left". */
export function paceWords(t: Words, job: JobOut): string {
  const now = job.progress;
  if (now === null) return t("waiting");
  // Shares of a hundred are no things to be counted.
  const isShare = now.total === 100 && ["train", "clean", "alpha", "map"].includes(job.kind);
  // Of all rounds over the pictures together, which nobody would recognise as a number of pictures.
  const epoch = epochOf(now.step);
  const parts = [
    isShare || epoch !== null
      ? t("share", { shown: count(Math.floor((100 * now.done) / now.total)) })
      : t("of", { done: count(now.done), total: count(now.total) }),
  ];
  if (now.rate && !isShare) {
    const rate = now.rate >= 10 ? Math.round(now.rate) : Math.round(now.rate * 10) / 10;
    parts.push(t(epoch === null ? "rate" : "pictureRate", { shown: count(rate) }));
  }
  if (now.seconds_left !== null && now.seconds_left >= 1) {
    parts.push(t(epoch === null ? "left" : "leftAtMost", { time: span(now.seconds_left) }));
  }
  return parts.join(" · ");
}
