import { IconCheck } from "@tabler/icons-react";
import { memo } from "react";
import type { Box } from "@/api/client";
import type { AssetOut } from "@/api/schema";
import { Picture } from "@/parts/Picture";
import classes from "./Grid.module.css";
import type { Place } from "./layout";

interface Props {
  place: Place;
  total: number;
  asset: AssetOut | undefined;
  /** What it is called for those who cannot see it. */
  name: string;
  caption: string;
  isSelected: boolean;
  isFocused: boolean;
  isOpen: boolean;
}

export function tileId(index: number): string {
  return `picture-${index}`;
}

/** The smallest picture that looks sharp in so many pixels. */
export function boxFor(pixels: number): Box {
  const wanted = pixels * Math.min(globalThis.devicePixelRatio || 1, 2) * 0.85;
  return ([160, 320, 640] as const).find((box) => box >= wanted) ?? 1280;
}

/** One picture of the grid. What is done to it, the grid hears by its number. */
export const Tile = memo(
  function Tile({ place, total, asset, name, caption, ...state }: Props) {
    const { index, x, y, width, height } = place;
    return (
      <div
        id={tileId(index)}
        className={classes.tile}
        style={{ width, height, transform: `translate(${x}px, ${y}px)` }}
        role="option"
        aria-selected={state.isSelected}
        aria-setsize={total}
        aria-posinset={index + 1}
        aria-label={name}
        data-index={index}
        data-selected={state.isSelected || undefined}
        data-focused={state.isFocused || undefined}
        data-open={state.isOpen || undefined}
      >
        {asset && <Picture asset={asset.id} box={boxFor(Math.max(width, height))} alt="" eager />}
        <span className={classes.check} data-check aria-hidden>
          <IconCheck size={18} stroke={2.5} />
        </span>
        {caption && (
          <span className={classes.caption} aria-hidden>
            {caption}
          </span>
        )}
      </div>
    );
  },
  (a, b) =>
    a.asset === b.asset &&
    a.total === b.total &&
    a.name === b.name &&
    a.caption === b.caption &&
    a.isSelected === b.isSelected &&
    a.isFocused === b.isFocused &&
    a.isOpen === b.isOpen &&
    a.place.index === b.place.index &&
    a.place.x === b.place.x &&
    a.place.y === b.place.y &&
    a.place.width === b.place.width &&
    a.place.height === b.place.height,
);
