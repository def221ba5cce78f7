import { Text } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { renditionOf } from "@/api/client";
import { assetQuery } from "@/api/queries";
import type { MapOut } from "@/api/schema";
import { nameOf } from "@/pages/library/trees";
import { percent } from "@/parts/numbers";
import { useAssets } from "./assets";
import classes from "./Map.module.css";
import type { Painted } from "./useColouring";
import type { Size, Spot } from "./view";

interface Props {
  map: MapOut;
  index: number;
  spot: Spot;
  size: Size;
  label: string | undefined;
  painted: Painted | undefined;
}

/** Milliseconds the mouse must rest before anything is asked. */
const REST = 90;
const WIDTH = 176;
const HEIGHT = 236;

/** The picture under the mouse, what it is called, and what it is labelled with. */
export function HoverCard({ map, index, spot, size, label, painted }: Props) {
  const { t } = useTranslation("map");
  const [rested] = useDebouncedValue(index, REST);
  const isResting = rested === index;
  const [asset] = useAssets(map.id, isResting ? [index] : []);
  const { data } = useQuery({ ...assetQuery(asset ?? ""), enabled: asset !== undefined });
  if (!isResting || asset === undefined) return null;
  const isLeft = spot.x + WIDTH + 24 > size.width;
  const left = isLeft ? Math.max(spot.x - WIDTH - 14, 4) : spot.x + 14;
  const top = Math.max(Math.min(spot.y - 30, size.height - HEIGHT - 8), 4);
  const value = painted?.codes instanceof Float32Array ? painted.codes[index]! : NaN;
  return (
    <div className={classes.hover} style={{ left, top, width: WIDTH }} aria-hidden>
      <img src={renditionOf(asset, 320)} alt="" draggable={false} />
      <Text size="sm" fw={600} truncate>
        {label ?? t("none.tag")}
      </Text>
      {!Number.isNaN(value) && painted && (
        <Text size="xs" className="figures">
          {t(`colour.${painted.by}`)}: {percent(value, 1)}
        </Text>
      )}
      <Text size="xs" c="dimmed" truncate>
        {data ? nameOf(data) : "\u00a0"}
      </Text>
    </div>
  );
}
