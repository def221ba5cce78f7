import { describe, expect, it } from "vitest";
import type { RunOut } from "@/api/schema";
import { canBeUndone, episodesOf, modelOf, sentenceOf, tagsOf, undoOf } from "./told";

function run(given: Partial<RunOut>): RunOut {
  return {
    id: "a",
    kind: "decide",
    actor: "ada",
    params: {},
    started_at: "2026-01-01T10:00:00Z",
    finished_at: null,
    summary: {},
    undone: false,
    ...given,
  };
}

describe("what a run did", () => {
  it.each([
    [
      "an import with labels",
      run({
        kind: "import",
        params: { paths: ["/srv/Wardrobe/"], taxonomy: "Garments" },
        summary: { imported: 5, labels: 3 },
      }),
      "import.labelled",
      { taxonomy: "Garments", place: "Wardrobe" },
      { count: 5, labels: 3 },
    ],
    [
      "a tagging",
      run({
        kind: "tag",
        params: { model: 2, taxonomy: "Garments" },
        summary: { pictures: 900 },
      }),
      "tag.model",
      { taxonomy: "Garments", version: "2" },
      { count: 900 },
    ],
    [
      "suggestions of the network's own",
      run({ kind: "tag", params: { model: 0, taxonomy: "Objects" } }),
      "tag.generic",
      { taxonomy: "Objects", version: "0" },
      { count: 0 },
    ],
    [
      "a training that was cut off",
      run({ kind: "train", params: { taxonomy: "Garments" } }),
      "train.cut",
      { taxonomy: "Garments", version: "" },
      {},
    ],
    [
      "a check of labels",
      run({ kind: "clean", params: { taxonomy: "Garments" }, summary: { suspects: 7 } }),
      "clean.done",
      { taxonomy: "Garments" },
      { count: 7 },
    ],
    [
      "a search for labels to leave out that was cut off",
      run({ kind: "alpha", params: { taxonomy: "Garments" }, summary: { trials: {} } }),
      "alpha.cut",
      { taxonomy: "Garments" },
      {},
    ],
  ])("%s", (_, given, key, texts, counts) => {
    expect(sentenceOf(given)).toEqual({ key, texts, counts });
  });
});

describe("answers", () => {
  const answer = (id: string, at: string, more: Partial<RunOut> = {}) =>
    run({ id, started_at: `2026-01-01T${at}:00Z`, summary: { tags: 2 }, ...more });

  it("of one person, one after the other, are one episode", () => {
    const runs = [
      answer("d", "11:00"),
      answer("c", "10:20", { undone: true }),
      answer("b", "10:10"),
      answer("a", "10:00"),
    ];
    const episodes = episodesOf(runs);
    expect(episodes.map(({ runs: some }) => some.map(({ id }) => id))).toEqual([
      ["d"],
      ["c"],
      ["b", "a"],
    ]);
    expect(tagsOf(episodes[2]!.runs)).toBe(4);
  });

  it("of two people are two", () => {
    expect(episodesOf([answer("b", "10:01"), answer("a", "10:00", { actor: "bob" })])).toHaveLength(
      2,
    );
  });
});

describe("taking back", () => {
  it("finds the undo that can be undone", () => {
    const target = run({ id: "t", undone: true });
    const undone = run({ id: "u1", kind: "undo", params: { targets: ["t"] }, undone: true });
    const undo = run({ id: "u2", kind: "undo", params: { targets: ["t", "x"] } });
    expect(undoOf(target, [undo, undone, target])?.id).toBe("u2");
    expect(undoOf(target, [undone, target])).toBeUndefined();
  });

  it("is offered once, and not where nothing was changed", () => {
    expect(canBeUndone(run({}))).toBe(true);
    expect(canBeUndone(run({ undone: true }))).toBe(false);
    expect(canBeUndone(run({ kind: "clean" }))).toBe(false);
    expect(canBeUndone(run({ kind: "alpha" }))).toBe(false);
  });

  it("knows the model of a tagging, and that the network itself is none", () => {
    const params = { model: 3, taxonomy: "Garments" };
    expect(modelOf(run({ kind: "tag", params }))).toEqual({ taxonomy: "Garments", version: 3 });
    expect(modelOf(run({ kind: "tag", params: { ...params, model: 0 } }))).toBeNull();
  });
});
