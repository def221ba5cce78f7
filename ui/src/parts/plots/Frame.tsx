import type { ReactNode } from "react";
import { percent } from "@/parts/numbers";
import classes from "./Plots.module.css";
import type { Scale } from "./scale";

interface Props {
  x: Scale;
  y: Scale;
  /** What it shows, for those who cannot see it. */
  label: string;
  across: string;
  up: string;
  height?: number;
  children: ReactNode;
}

/** With a digit only where the ticks lie closer than a point. */
function shareOf({ ticks }: Scale): (tick: number) => string {
  const isWhole = ticks.every((tick) => Math.abs(tick * 100 - Math.round(tick * 100)) < 1e-6);
  return (tick) => percent(tick, isWhole ? 0 : 1);
}

/** Two axes of shares with a grid. What is inside is placed in percent, from the lower left. */
export function Frame({ x, y, label, across, up, height = 260, children }: Props) {
  const [showX, showY] = [shareOf(x), shareOf(y)];
  return (
    <figure className={classes.figure}>
      <div className={classes.top} aria-hidden>
        {up}
      </div>
      <div className={classes.body}>
        <div className={classes.up} aria-hidden>
          {y.ticks.map((tick) => (
            <span key={tick} style={{ bottom: `${y.at(tick)}%` }}>
              {showY(tick)}
            </span>
          ))}
        </div>
        <svg className={classes.area} height={height} role="img" aria-label={label}>
          {x.ticks.map((tick) => (
            <line
              key={tick}
              className={classes.grid}
              x1={`${x.at(tick)}%`}
              x2={`${x.at(tick)}%`}
              y1="0%"
              y2="100%"
            />
          ))}
          {y.ticks.map((tick) => (
            <line
              key={tick}
              className={classes.grid}
              x1="0%"
              x2="100%"
              y1={`${100 - y.at(tick)}%`}
              y2={`${100 - y.at(tick)}%`}
            />
          ))}
          {children}
        </svg>
        <div className={classes.across} aria-hidden>
          {x.ticks.map((tick) => (
            <span
              key={tick}
              style={{ left: `${x.at(tick)}%` }}
              data-edge={tick === x.high ? "end" : undefined}
            >
              {showX(tick)}
            </span>
          ))}
        </div>
        <div className={classes.below} aria-hidden>
          {across}
        </div>
      </div>
    </figure>
  );
}
