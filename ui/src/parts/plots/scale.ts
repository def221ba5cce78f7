/** Maps values in [low, high] to percent of a plot's width or height; outside is clipped. */
export interface Scale {
  low: number;
  high: number;
  at: (value: number) => number;
  ticks: readonly number[];
}

const STEPS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.25, 0.5];
const MOST_STEPS = 5;

export function scaleOf(low: number, high: number): Scale {
  const span = high - low || 1;
  const step = STEPS.find((each) => span / each <= MOST_STEPS + 1e-9) ?? span;
  const first = Math.ceil(low / step - 1e-6);
  const last = Math.floor(high / step + 1e-6);
  return {
    low,
    high,
    at: (value) => ((Math.min(Math.max(value, low), high) - low) / span) * 100,
    ticks: Array.from({ length: Math.max(last - first + 1, 0) }, (_, index) =>
      Number(((first + index) * step).toFixed(6)),
    ),
  };
}

/** From a round share below all values to 1; at most from 90 %. */
export function sharesFrom(lowest: readonly number[]): Scale {
  const least = Math.min(1, ...lowest);
  return scaleOf(Math.max(0, Math.min(0.9, Math.floor(least * 10 - 0.2) / 10)), 1);
}

/** As far to the left of zero as to the right. */
export function aroundZero(values: readonly number[]): Scale {
  const most = Math.max(0.02, ...values.map(Math.abs));
  const end = STEPS.find((each) => each >= most) ?? 1;
  return scaleOf(-end, end);
}
