import { describe, expect, it } from "vitest";
import type { JobOut } from "@/api/schema";
import {
  canFinish,
  epochOf,
  factsOf,
  folded,
  joined,
  modelOf,
  secondsOf,
  sorted,
  sourceOf,
  stepOf,
  troublesOf,
} from "./facts";

function job(given: Partial<JobOut>): JobOut {
  return {
    id: "a",
    kind: "import",
    subject: "",
    status: "done",
    params: {},
    progress: null,
    result: null,
    error: null,
    attempts: 1,
    max_attempts: 3,
    cancel_requested: false,
    finish_requested: false,
    run_after: "",
    worker: null,
    requested_by: "ada",
    created_at: "2026-01-01T10:00:00Z",
    started_at: null,
    finished_at: null,
    updated_at: "",
    ...given,
  };
}

describe("a step", () => {
  it.each([
    ["reading pictures", "reading"],
    ["Garments: measuring on the test pictures", "measuring"],
    ["Colour: warm: learning from semantic + detail", "learning"],
    ["something new", null],
  ])("%s", (step, word) => {
    expect(stepOf(step)).toBe(word);
  });
});

describe("a network that learns", () => {
  const BEST = "epoch 2 of 6, best so far 87.5 % (n = 120)";

  it.each([
    ["epoch 1 of 6", { epoch: 1, epochs: 6, best: null }],
    [BEST, { epoch: 2, epochs: 6, best: { share: 0.875, n: 120 } }],
    ["looking at pictures once", null],
    ["reading pictures", null],
  ])("says where it is: %s", (step, found) => {
    expect(epochOf(step)).toEqual(found);
  });

  const learns = (step: string, own: Partial<JobOut> = {}) =>
    job({
      kind: "train",
      status: "running",
      params: { recipe: "finetune" },
      progress: { step, done: 1, total: 2, rate: null, seconds_left: null },
      ...own,
    });

  it.each([
    ["while it learns", learns(BEST), true],
    ["before its first round", learns("looking at pictures once"), true],
    ["while pictures are read", learns("reading pictures"), false],
    ["while the head on top of it is learned", learns("Garments: loading features"), false],
    ["of another recipe", learns(BEST, { params: { recipe: "tree" } }), false],
    ["that waits", learns(BEST, { status: "queued" }), false],
    ["that was done", learns(BEST, { status: "done" }), false],
  ])("can be finished early: %s", (_, found, can) => {
    expect(canFinish(found)).toBe(can);
  });
});

describe("the list of jobs", () => {
  it("begins with what runs, then what waits longest; what ended last comes first", () => {
    const jobs = [
      job({ id: "late", status: "queued", created_at: "2026-01-01T12:00:00Z" }),
      job({ id: "early", status: "queued", created_at: "2026-01-01T11:00:00Z" }),
      job({ id: "runs", status: "running", created_at: "2026-01-01T13:00:00Z" }),
      job({ id: "old", finished_at: "2026-01-01T09:00:00Z" }),
      job({ id: "new", status: "failed", finished_at: "2026-01-01T10:00:00Z" }),
    ];
    const { open, ended } = sorted(jobs);
    expect(open.map(({ id }) => id)).toEqual(["runs", "early", "late"]);
    expect(ended.map(({ id }) => id)).toEqual(["new", "old"]);
  });

  it("holds a job once, as it stands now", () => {
    const live = [job({ id: "a", status: "running" })];
    expect(joined(live, [job({ id: "a" }), job({ id: "b" })]).map(({ status }) => status)).toEqual([
      "running",
      "done",
    ]);
  });
});

it("short jobs that look at uploads are told of as one", () => {
  const look = (id: string, embedded: number, more: Partial<JobOut> = {}) =>
    job({ id, kind: "embed", result: { embedded, skipped: 0, unreadable: [] }, ...more });
  const shown = folded([
    look("d", 3),
    look("c", 4),
    look("b", 0, { status: "failed" }),
    look("a", 5),
  ]);
  expect(shown.map(({ id, result }) => [id, result?.["embedded"]])).toEqual([
    ["d", 7],
    ["b", 0],
    ["a", 5],
  ]);
});

describe("what a job tells", () => {
  it("sums up the verdicts of all facets", () => {
    const verdicts = { colour: { auto: 3, review: 1 }, shape: { auto: 2 } };
    expect(factsOf(job({ kind: "tag", result: { pictures: 4, verdicts } }))).toEqual([
      { key: "pictures", count: 4 },
      { key: "auto", count: 5 },
      { key: "review", count: 1 },
    ]);
  });

  it("says how many pictures are on a map", () => {
    const result = { map: "m", pictures: 9, placed_since: 0 };
    expect(factsOf(job({ kind: "map", result }))).toEqual([{ key: "mapped", count: 9 }]);
  });

  it("lists what could not be read, with the reason", () => {
    const result = { unreadable: 1, reasons: [["a.jpg", "it is empty"]] };
    expect(troublesOf(job({ result }))).toEqual([{ where: "a.jpg", reason: "it is empty" }]);
    expect(factsOf(job({ result }))).toEqual([{ key: "unreadable", count: 1 }]);
  });

  it("names the source, the time and the model", () => {
    expect(sourceOf(job({ params: { source: { urls: ["a", "b"] } } }))).toEqual({
      key: "urls",
      place: "2",
    });
    expect(
      secondsOf(job({ started_at: "2026-01-01T10:00:00Z", finished_at: "2026-01-01T10:00:09Z" })),
    ).toBe(9);
    expect(
      modelOf(
        job({ kind: "train", result: { taxonomy: "Pets", version: 2, status: "challenger" } }),
      ),
    ).toEqual({ taxonomy: "Pets", version: 2, status: "challenger" });
  });
});
