import { describe, expect, it } from "vitest";
import type { WaysOut } from "@/api/schema";
import { askedOf, shareOfPixels, sideOf, sidesOf, USUAL } from "./recipe";

const WAYS: WaysOut = {
  recipe: "tree",
  network: null,
  finetunes: true,
  side: 224,
  networks: [
    { name: "lite0", side: 224 },
    { name: "lite2", side: 260 },
  ],
  schedules: [{ name: "modern", epochs: 6, sooner: false }],
};

describe("what is asked of the server", () => {
  it("is the way in force until another is chosen", () => {
    expect(askedOf(USUAL)).toEqual({ recipe: null, tuning: null });
  });

  it.each(["multiclass", "tree", "one-vs-rest"] as const)(
    "says nothing of networks: %s",
    (recipe) => {
      expect(askedOf({ ...USUAL, recipe, network: "lite2", side: 96 })).toEqual({
        recipe,
        tuning: null,
      });
    },
  );

  it("names the network, the schedule and the side, where a network is trained", () => {
    const fields = { ...USUAL, recipe: "finetune", network: "lite2", side: 128 } as const;
    expect(askedOf(fields)).toEqual({
      recipe: "finetune",
      tuning: {
        network: "lite2",
        schedule: "modern",
        side: 128,
        from_scratch: false,
        small_first: false,
      },
    });
  });
});

describe("the side of pictures", () => {
  it("is the network's own, or smaller", () => {
    expect(sidesOf(224)).toEqual([224, 160, 128, 96, 64]);
    expect(sidesOf(100)).toEqual([100, 96, 64]);
  });

  it("goes with the network until one is chosen", () => {
    expect(sideOf({ ...USUAL, network: "lite2" }, WAYS)).toBe(260);
    expect(sideOf({ ...USUAL, network: "lite2", side: 96 }, WAYS)).toBe(96);
  });

  it("says what share of the pixels is left", () => {
    expect(shareOfPixels(112, 224)).toBe(0.25);
  });
});
