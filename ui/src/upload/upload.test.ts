import { beforeEach, describe, expect, it, vi } from "vitest";
import type { ConceptOut, TaxonomyOut } from "@/api/schema";
import { grown } from "@/parts/taxonomy";
import { nextOf } from "./backoff";
import { filesIn, isPicture } from "./files";
import { folderLabels, labelOf } from "./folders";
import { recall, remember } from "./memory";
import type { Wanted } from "./items";
import { Uploads } from "./queue";
import type { Reply, Send } from "./send";
import { missingAt } from "./taxonomy";

function fileAt(path: string, type = "image/jpeg"): File {
  const file = new File(["x"], path.split("/").at(-1)!, { type, lastModified: 1 });
  Object.defineProperty(file, "webkitRelativePath", { value: path.includes("/") ? path : "" });
  return file;
}

function reply(status: number, more: Partial<Reply> = {}): Reply {
  const outcome = status === 201 ? "created" : status === 200 ? "exists" : null;
  return { status, outcome, reason: "", wait: null, ...more };
}

describe("files", () => {
  it.each([
    ["a.jpg", "image/jpeg", true],
    ["a.HEIC", "", true],
    ["a.svg", "image/svg+xml", false],
    ["notes.txt", "text/plain", false],
    [".DS_Store", "", false],
    ["._a.jpg", "image/jpeg", false],
  ])("%s of type '%s' is a picture: %s", (name, type, is) => {
    expect(isPicture({ name, type })).toBe(is);
  });

  it("know the folders they lie in", () => {
    expect(filesIn([fileAt("shop/Shoes/Boots/1.jpg")])[0]!.folders).toEqual([
      "shop",
      "Shoes",
      "Boots",
    ]);
  });
});

describe("folders", () => {
  const labels = (...paths: string[]) => folderLabels(filesIn(paths.map((path) => fileAt(path))));

  it("below one folder are concepts of a taxonomy named after it", () => {
    const found = labels("shop/Shoes/Boots/1.jpg", "shop/Bags/2.jpg", "shop/3.jpg")!;
    expect(found.taxonomy).toBe("shop");
    expect(found.paths).toEqual([["Shoes", "Boots"], ["Bags"], null]);
    expect(found.concepts).toEqual([["Shoes", "Boots"], ["Bags"]]);
  });

  it("side by side are concepts themselves", () => {
    expect(labels("Shoes/1.jpg", "Bags/2.jpg")).toMatchObject({
      taxonomy: "",
      concepts: [["Shoes"], ["Bags"]],
    });
  });

  it("say nothing where there are none", () => {
    expect(labels("1.jpg", "2.jpg")).toBeNull();
  });

  it("become labels as the server reads them", () => {
    expect(labelOf("shop", ["A", "B"])).toBe("shop:A > B");
    expect(labels("shop/A > B/1.jpg", "shop/C/2.jpg")!.paths[0]).toEqual(["A - B"]);
  });
});

describe("concepts for folders", () => {
  const concept = (id: string, label: string, parent: string | null) =>
    ({
      id,
      label,
      parent,
      facet: "kind",
      labels: {},
      alt_labels: [],
      live: true,
    }) as unknown as ConceptOut;
  const tree = grown({
    facets: [{ id: "kind", label: "Kind", kind: "one" }],
    concepts: [concept("s", "Shoes", null), concept("b", "Boots", "s")],
  } as unknown as TaxonomyOut);
  const paths = [["shoes", "Boots"], ["Shoes", "Clogs"], ["Bags"], ["Bags", "Totes"]];

  it("are added where they are missing, level by level", () => {
    expect(missingAt(tree, paths, 1)).toEqual([
      { op: "add", facet: "kind", label: "Bags", parent: null },
    ]);
    expect(missingAt(tree, paths, 2)).toEqual([
      { op: "add", facet: "kind", label: "Clogs", parent: "s" },
    ]);
  });
});

describe("after a reply", () => {
  it.each([
    ["a new picture is done", reply(201), 0, "done"],
    ["a known picture is done", reply(200), 0, "done"],
    ["no server is tried again however often", reply(0), 99, "again"],
    ["a busy server is tried again", reply(503), 9, "again"],
    ["too many requests are tried again", reply(429), 9, "again"],
    ["a fault is tried again", reply(500), 0, "again"],
    ["the same fault is not tried for ever", reply(500), 5, "failed"],
    ["no picture is given up", reply(422), 0, "failed"],
    ["a picture too large is given up", reply(413), 0, "failed"],
    ["nobody logged in stops all", reply(401), 0, "stop"],
  ])("%s", (_, told, tries, kind) => {
    expect(nextOf(told, tries, 0.5).kind).toBe(kind);
  });

  it("waits longer each time, up to half a minute, and as long as the server says", () => {
    const wait = (tries: number, more = {}) => {
      const next = nextOf(reply(503, more), tries, 0.999);
      return next.kind === "again" ? Math.round(next.after / 100) / 10 : null;
    };
    expect([0, 1, 2, 20].map((tries) => wait(tries))).toEqual([0.5, 1, 2, 30]);
    expect(wait(0, { wait: 12 })).toBe(12);
  });
});

describe("uploads", () => {
  let replies: Map<string, Reply[]>;
  let most: number;
  const open = new Set<string>();

  const send: Send = async ({ file }, signal) => {
    open.add(file.name);
    most = Math.max(most, open.size);
    await new Promise((done) => setTimeout(done, 10));
    open.delete(file.name);
    if (signal.aborted) return reply(-1);
    return replies.get(file.name)?.shift() ?? reply(201);
  };
  const wanted = (...names: string[]): Wanted[] =>
    names.map((name) => ({ file: fileAt(name), folders: [], labels: [], keywords: null }));
  const made = () => new Uploads({ send, now: Date.now, chance: () => 0 });
  const after = async (milliseconds: number) => {
    await vi.advanceTimersByTimeAsync(milliseconds);
  };

  beforeEach(() => {
    vi.useFakeTimers();
    localStorage.clear();
    replies = new Map();
    most = 0;
  });

  it("go four at a time", async () => {
    const some = made();
    some.add(wanted(..."abcdefghij"), "w");
    await after(1_000);
    expect(most).toBe(4);
    expect(some.now().totals).toMatchObject({ files: 10, created: 10, sending: 0 });
  });

  it("outlast a server that is away", async () => {
    replies.set("a", [reply(0), reply(0), reply(503), reply(200)]);
    const some = made();
    some.add(wanted("a", "b"), "w");
    await after(200);
    expect(some.now().totals.waiting).toBe(1);
    await after(10_000);
    expect(some.now().totals).toMatchObject({ created: 1, exists: 1, failed: 0 });
  });

  it("tell what failed and why, and try it again when asked", async () => {
    replies.set("a", [reply(422, { reason: "it is text" })]);
    const some = made();
    some.add(wanted("a", "b"), "w");
    await after(500);
    expect(some.now().items[0]).toMatchObject({ phase: "failed", reason: "it is text" });
    some.retry();
    await after(500);
    expect(some.now().totals).toMatchObject({ created: 2, failed: 0 });
  });

  it("can be paused and resumed", async () => {
    const some = made();
    some.add(wanted(..."abcdef"), "w");
    some.pause();
    await after(1_000);
    expect(some.now().totals).toMatchObject({ waiting: 6, sending: 0, created: 0 });
    some.resume();
    await after(1_000);
    expect(some.now().totals.created).toBe(6);
  });

  it("can be cancelled, all or one", async () => {
    const some = made();
    some.add(wanted(..."abcdef"), "w");
    some.cancel(2);
    await after(5);
    some.cancel();
    await after(1_000);
    expect(some.now().totals).toMatchObject({ files: 0 });
  });

  it("stop where nobody is logged in, and go on afterwards", async () => {
    replies.set("a", [reply(401)]);
    const some = made();
    some.add(wanted("a"), "w");
    await after(500);
    expect(some.now()).toMatchObject({ stopped: true });
    some.resume();
    await after(500);
    expect(some.now().totals.created).toBe(1);
  });

  it("that a reload cut off are told, and what arrived is not sent again", async () => {
    const some = made();
    some.add(wanted("a", "b"), "w");
    await after(1_000);
    const { done } = { done: wanted("a").map(({ file }) => `${file.name}/1/1`) };
    remember("w", { left: 1, done });
    const next = made();
    next.open("w");
    await after(200);
    expect(next.now().lost).toBe(1);
    next.add(wanted("a", "b"), "w");
    await after(1_000);
    expect(next.now().totals).toMatchObject({ exists: 1, created: 1 });
    expect(recall("w")).toBeNull();
  });
});
