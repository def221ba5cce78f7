import { Frame } from "./Frame";
import classes from "./Plots.module.css";
import { type Scale, scaleOf, sharesFrom } from "./scale";

export interface CurvePoint {
  coverage: number;
  precision: { value: number; low: number; high: number; n: number };
}

interface Props {
  /** Strict to loose. */
  points: readonly CurvePoint[];
  target: number;
  chosen: CurvePoint | undefined;
  label: string;
  across: string;
  up: string;
  promised: string;
}

/** Precision against the share that is tagged alone; the band is its 95 % interval. */
export function CoverageCurve({ points, target, chosen, promised, ...words }: Props) {
  const x = scaleOf(0, Math.max(1, ...points.map(({ coverage }) => coverage)));
  const y = sharesFrom([target, ...points.map(({ precision }) => precision.value)]);
  const upper = points.map((p) => [x.at(p.coverage), 100 - y.at(p.precision.high)] as const);
  const lower = points.map((p) => [x.at(p.coverage), 100 - y.at(p.precision.low)] as const);
  const middle = points.map((p) => [x.at(p.coverage), 100 - y.at(p.precision.value)] as const);
  const level = 100 - y.at(target);
  return (
    <Frame x={x} y={y} {...words}>
      <svg viewBox="0 0 100 100" preserveAspectRatio="none" width="100%" height="100%">
        <path className={classes.band} d={`${path([...upper, ...lower.reverse()])}Z`} />
        <path className={classes.line} d={path(middle)} />
      </svg>
      <line className={classes.promised} x1="0%" x2="100%" y1={`${level}%`} y2={`${level}%`} />
      <svg x="0%" y={`${level}%`} overflow="visible">
        <text className={classes.promisedWord} x={6} y={16}>
          {promised}
        </text>
      </svg>
      {chosen && <Chosen at={chosen} x={x} y={y} />}
    </Frame>
  );
}

function Chosen({ at, x, y }: { at: CurvePoint; x: Scale; y: Scale }) {
  const across = `${x.at(at.coverage)}%`;
  const down = `${100 - y.at(at.precision.value)}%`;
  return (
    <>
      <line className={classes.drop} x1={across} x2={across} y1={down} y2="100%" />
      <circle className={classes.chosen} cx={across} cy={down} r={7} />
    </>
  );
}

function path(points: readonly (readonly [number, number])[]): string {
  return `M${points.map(([x, y]) => `${x.toFixed(2)} ${y.toFixed(2)}`).join("L")}`;
}
