import { Frame } from "./Frame";
import classes from "./Plots.module.css";
import { scaleOf } from "./scale";

export interface ReliabilityBin {
  said: number;
  was: { value: number; low: number; high: number; n: number };
}

interface Props {
  bins: readonly ReliabilityBin[];
  label: string;
  across: string;
  up: string;
}

const LEAST = 3;
const MORE = 7;

/** How often guesses of each probability were right; on the dashed line they are honest. */
export function Reliability({ bins, label, across, up }: Props) {
  const scale = scaleOf(0, 1);
  const most = Math.max(1, ...bins.map(({ was }) => was.n));
  const down = (value: number) => `${100 - scale.at(value)}%`;
  return (
    <Frame x={scale} y={scale} label={label} across={across} up={up}>
      <line className={classes.guide} x1="0%" y1="100%" x2="100%" y2="0%" />
      {bins.map(({ said, was }) => (
        <g key={said}>
          <line
            className={classes.whisker}
            x1={`${scale.at(said)}%`}
            x2={`${scale.at(said)}%`}
            y1={down(was.low)}
            y2={down(was.high)}
          />
          <circle
            className={classes.dot}
            cx={`${scale.at(said)}%`}
            cy={down(was.value)}
            r={LEAST + MORE * Math.sqrt(was.n / most)}
          />
        </g>
      ))}
    </Frame>
  );
}
