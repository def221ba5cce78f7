/** Strict, normal or loose: what the held-out pictures say of other cut-offs than the contract's. */
import { CONTRACTS, STRICTNESSES, type Strictness } from "@/parts/contracts";
import { isKnown, type Known, type Point } from "./report";

/** A point where something was tagged. */
export interface Trade {
  cutoff: number;
  coverage: number;
  precision: Known;
}

/** Strict to loose. */
export function tradesOf(curve: readonly Point[]): Trade[] {
  return curve
    .flatMap(({ cutoff, coverage, precision }) =>
      isKnown(precision) ? [{ cutoff, coverage, precision }] : [],
    )
    .sort((a, b) => b.cutoff - a.cutoff);
}

/** The loosest point that was right at least this often on the held-out pictures. */
export function loosestAt(trades: readonly Trade[], precision: number): number | null {
  const found = trades.findLastIndex((trade) => trade.precision.value >= precision);
  return found < 0 ? null : found;
}

/** Where each of the promises that people choose from would be. */
export function stopsOf(trades: readonly Trade[]): Record<Strictness, number | null> {
  return {
    strict: loosestAt(trades, CONTRACTS.strict),
    normal: loosestAt(trades, CONTRACTS.normal),
    loose: loosestAt(trades, CONTRACTS.loose),
  };
}

/** The stop a point is at, if it is at one: of several, the strictest that it keeps. */
export function stopAt(stops: Record<Strictness, number | null>, at: number): Strictness | null {
  return STRICTNESSES.find((stop) => stops[stop] === at) ?? null;
}

/** A target to ask for: whole percent, no more than was seen, within what the server takes. */
export function askable(precision: number): number {
  const whole = Math.floor(precision * 100 + 1e-9) / 100;
  return Math.min(Math.max(whole, 0.5), 0.99);
}

const Z = 1.959964;

/** 95 % interval of a share (Wilson), as the server's. */
export function wilson(share: number, n: number): { low: number; high: number } {
  if (n <= 0) return { low: 0, high: 1 };
  const middle = share + (Z * Z) / (2 * n);
  const spread = Z * Math.sqrt((share * (1 - share)) / n + (Z * Z) / (4 * n * n));
  const all = 1 + (Z * Z) / n;
  return { low: Math.max((middle - spread) / all, 0), high: Math.min((middle + spread) / all, 1) };
}
