import type { CheckReport, Filter, Swap } from "../wire";
import { swapsOf } from "../overview/figures";

export type FacetSwap = Swap & { facet: string };

/** The swaps of a filter, the most frequent first. */
export function swapsIn(report: CheckReport, { facet, given }: Filter): FacetSwap[] {
  return swapsOf(report.facets).filter(
    (swap) =>
      (facet === undefined || swap.facet === facet) &&
      (given === undefined || swap.given === given),
  );
}

export function idOfSwap({
  facet,
  given,
  proposed,
}: Pick<FacetSwap, "facet" | "given" | "proposed">) {
  return `${facet} ${given} ${proposed ?? ""}`;
}

/** The swap that the address names; without one, the first. One that is done stays until it is left. */
export function swapAt(swaps: readonly FacetSwap[], filter: Filter): FacetSwap | null {
  const { facet, given, proposed } = filter;
  if (facet === undefined || given === undefined) return swaps[0] ?? null;
  const named = { facet, given, proposed: proposed ?? null };
  const known = swaps.find((each) => idOfSwap(each) === idOfSwap(named));
  if (known !== undefined) return known;
  return proposed === undefined ? (swaps[0] ?? null) : { ...named, count: 0 };
}

/** The next in the list, or the one before; round at the ends. */
export function besideSwap(
  swaps: readonly FacetSwap[],
  swap: FacetSwap,
  steps: 1 | -1,
): FacetSwap | null {
  const others = swaps.filter((each) => each.count > 0 || idOfSwap(each) === idOfSwap(swap));
  const place = others.findIndex((each) => idOfSwap(each) === idOfSwap(swap));
  if (place < 0) return others[0] ?? null;
  const to = others[(place + steps + others.length) % others.length];
  return to === undefined || idOfSwap(to) === idOfSwap(swap) ? null : to;
}
