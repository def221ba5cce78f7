import { expect, it } from "vitest";
import { lackingOf } from "./lacking";

it("before the first model only leaves count, the nearest to enough first", () => {
  const concept = (path: string[], train: number, learned: number) => ({
    concept: path.join("/"),
    path,
    labelled: { train, validation: 1, test: 2 },
    needed: { learned },
  });
  const found = lackingOf([
    {
      concepts: [
        concept(["Tops"], 20, 0),
        concept(["Tops", "Shirt"], 3, 6),
        concept(["Tops", "Coat"], 17, 0),
      ],
    },
  ]);
  expect(found).toEqual([
    { concept: "Tops/Coat", word: "Tops › Coat", labelled: 20, needed: 0 },
    { concept: "Tops/Shirt", word: "Tops › Shirt", labelled: 6, needed: 6 },
  ]);
});
