import { expect, it } from "vitest";
import { fitting } from "./usePageSize";

it.each([
  [1180, 700, 24],
  [1700, 900, 32],
  [900, 500, 8],
])(
  "a place of %d by %d pixels holds at least %d pictures, none cut off",
  (width, height, least) => {
    const { columns, pictures } = fitting(width, height);
    const side = (width - 230 + 10) / columns - 10;
    expect(pictures).toBeGreaterThanOrEqual(least);
    expect((pictures / columns) * (side + 10)).toBeLessThanOrEqual(height - 110 + 10);
  },
);
