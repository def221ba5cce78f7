/** The rows of the table of concepts, and their order. */
import { type ConceptFigures, isKnown, lastWord } from "./report";

export type Column = "concept" | "train" | "precision" | "recall" | "f1" | "average_precision";

export interface Order {
  by: Column;
  down: boolean;
}

/** What was not measured comes last, whichever way. */
export function sorted(
  rows: readonly ConceptFigures[],
  { by, down }: Order,
  words: Readonly<Record<string, string>>,
): ConceptFigures[] {
  const sign = down ? -1 : 1;
  if (by === "concept") {
    return [...rows].sort(
      (a, b) => sign * lastWord(words, a.concept).localeCompare(lastWord(words, b.concept)),
    );
  }
  const value = (row: ConceptFigures) => {
    if (by === "train") return row.train;
    const figure = row[by];
    return isKnown(figure) ? figure.value : null;
  };
  return [...rows].sort((a, b) => {
    const [one, other] = [value(a), value(b)];
    if (one === null || other === null) return Number(one === null) - Number(other === null);
    return sign * (one - other);
  });
}

/** Pressing a column's head again turns the order round; names begin at A, figures at the worst. */
export function pressed(order: Order, column: Column): Order {
  return { by: column, down: order.by === column ? !order.down : false };
}
