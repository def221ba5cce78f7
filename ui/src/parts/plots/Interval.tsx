import { Box } from "@mantine/core";
import classes from "./Plots.module.css";
import type { Scale } from "./scale";

/** Full: in use. Hollow: in waiting. Plain: of the past. Crossed: taken back. */
export type Look = "full" | "hollow" | "plain" | "crossed";

interface Known {
  value: number;
  low: number;
  high: number;
}

interface Props {
  of: Known;
  scale: Scale;
  look?: Look;
  /** Values with a line of their own: zero, a margin, what is promised. */
  lines?: readonly number[];
}

const HEIGHT = 28;
const MIDDLE = HEIGHT / 2;

/** A dot with its 95 % interval on an axis that the rows of a table share; read the number beside. */
export function Interval({ of, scale, look = "full", lines = [] }: Props) {
  const percent = (value: number) => `${scale.at(value)}%`;
  const x = percent(of.value);
  return (
    <svg className={classes.area} height={HEIGHT} aria-hidden>
      {scale.ticks.map((tick) => (
        <line
          key={tick}
          className={classes.grid}
          x1={percent(tick)}
          x2={percent(tick)}
          y1={0}
          y2={HEIGHT}
        />
      ))}
      {lines.map((line) => (
        <line
          key={line}
          className={line === 0 ? classes.zero : classes.promised}
          x1={percent(line)}
          x2={percent(line)}
          y1={0}
          y2={HEIGHT}
        />
      ))}
      <g className={classes.mark} data-look={look}>
        <line
          className={classes.whisker}
          x1={percent(of.low)}
          x2={percent(of.high)}
          y1={MIDDLE}
          y2={MIDDLE}
        />
        {look === "crossed" ? (
          <svg x={x} y={MIDDLE} overflow="visible">
            <path className={classes.cross} d="M-5 -5L5 5M-5 5L5 -5" />
          </svg>
        ) : (
          <circle className={classes.dot} cx={x} cy={MIDDLE} r={6} />
        )}
      </g>
    </svg>
  );
}

/** The ticks of that axis, for the head or the foot of the table. */
export function Axis({ scale, show }: { scale: Scale; show: (value: number) => string }) {
  return (
    <Box className={classes.axis} aria-hidden>
      {scale.ticks.map((tick) => (
        <span
          key={tick}
          style={{ left: `${scale.at(tick)}%` }}
          data-edge={tick === scale.low ? "start" : tick === scale.high ? "end" : undefined}
        >
          {show(tick)}
        </span>
      ))}
    </Box>
  );
}

/** The same in a table's cell, from 0 to 100 %: the interval as a band, the value as a tick. */
export function IntervalBar({ of }: { of: Known }) {
  return (
    <svg className={classes.bar} aria-hidden>
      <rect className={classes.rail} y={4} width="100%" height={4} rx={2} />
      <rect
        className={classes.span}
        x={`${of.low * 100}%`}
        y={2}
        width={`${Math.max(of.high - of.low, 0.01) * 100}%`}
        height={8}
        rx={2}
      />
      <rect
        className={classes.tick}
        x={`${Math.min(of.value, 0.98) * 100}%`}
        width={3}
        height={12}
        rx={1}
      />
    </svg>
  );
}
