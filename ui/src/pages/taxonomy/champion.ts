import type { ModelOut } from "@/api/schema";
import type { Measured } from "@/parts/Figure";

export interface Champion {
  version: number;
  /** Which figure of the model this is. */
  figure: "top1" | "meanAveragePrecision";
  measured: Measured;
  /** Where it has several: the one that the figure is of. */
  facet: string | null;
}

type Summary = Readonly<
  Record<string, { top1?: Measured | null; mean_average_precision?: Measured | null }>
>;

const NOTHING: Measured = { value: null, low: null, high: null, n: 0 };

/** The model in use and its main figure: of its weakest facet, so that nothing is glossed over. */
export function championOf(models: readonly ModelOut[]): Champion | null {
  const model = models.find((each) => each.status === "champion");
  if (model === undefined) return null;
  const figures = Object.entries(model.summary as Summary).flatMap(mainOf);
  const [weakest] = figures.sort((a, b) => (a.measured.value ?? 0) - (b.measured.value ?? 0));
  if (weakest === undefined) {
    return { version: model.version, figure: "top1", measured: NOTHING, facet: null };
  }
  const { figure, measured } = weakest;
  const several = Object.keys(model.summary).length > 1;
  return { version: model.version, figure, measured, facet: several ? weakest.facet : null };
}

type Main = Pick<Champion, "figure" | "measured"> & { facet: string };

function mainOf([facet, summary]: [string, Summary[string]]): Main[] {
  const { top1, mean_average_precision: mean } = summary;
  if (top1?.n) return [{ facet, figure: "top1", measured: top1 }];
  if (mean?.n) return [{ facet, figure: "meanAveragePrecision", measured: mean }];
  return [];
}
