import { describe, expect, it } from "vitest";
import type { JobOut } from "@/api/schema";
import { learningOf } from "./learning";

const job = (own: Partial<JobOut>): JobOut => ({
  id: "train",
  kind: "train",
  subject: "t",
  status: "done",
  params: { taxonomy: "t" },
  progress: null,
  result: null,
  error: null,
  attempts: 1,
  max_attempts: 3,
  cancel_requested: false,
  finish_requested: false,
  run_after: "",
  worker: null,
  requested_by: "ann",
  created_at: "2026-01-01T00:00",
  started_at: "2026-01-01T00:01",
  finished_at: null,
  updated_at: "",
  ...own,
});

const result = (status: string, isNew = true) => ({
  version: 2,
  new: isNew,
  status,
  gate: { basis: "better" },
});
const tag = (status: JobOut["status"]) =>
  job({ id: "tag", kind: "tag", status, created_at: "2026-01-01T00:02" });

describe("learning", () => {
  it.each([
    ["waits in the queue", [job({ status: "queued" })], "waiting"],
    ["runs", [job({ status: "running" })], "learning"],
    ["was kept aside", [job({ result: result("challenger") })], "kept"],
    ["found nothing new", [job({ result: result("champion", false) })], "nothing"],
    ["made a champion", [job({ result: result("champion") })], "promoted"],
    ["goes on to tag", [job({ result: result("champion") }), tag("running")], "tagging"],
    ["is done", [job({ result: result("champion") }), tag("done")], "fresh"],
    ["failed", [job({ status: "failed", error: "x" })], "failed"],
  ] as const)("%s", (_, jobs, kind) => {
    expect(learningOf(jobs, "t", "train").kind).toBe(kind);
  });

  it("shows a training that somebody else asked for while it runs", () => {
    expect(learningOf([job({ status: "running" })], "t", "").kind).toBe("learning");
    expect(learningOf([job({ result: result("champion") })], "t", "").kind).toBe("idle");
    expect(learningOf([job({ status: "running" })], "other", "").kind).toBe("idle");
  });
});
