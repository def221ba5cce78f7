import { useMemo, useRef, useState, useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import type { MapOut } from "@/api/schema";
import { useAssets } from "./assets";
import { changed, type Choice, toggled } from "./choice";
import { HoverCard } from "./HoverCard";
import classes from "./Map.module.css";
import { Names } from "./Names";
import type { Scene } from "./scene";
import { Thumbs } from "./Thumbs";
import { type Name, namesIn, type Thumb, thumbAt, thumbsIn } from "./thumbs";
import type { Painted } from "./useColouring";
import { type Mode, useGestures } from "./useGestures";
import type { Spot } from "./view";

interface Props {
  map: MapOut;
  scene: Scene;
  painted: Painted | undefined;
  shown: Uint8Array;
  mode: Mode;
  hasPictures: boolean;
  choice: Choice;
  onChoice: (choice: Choice) => void;
  onCluster: (id: number) => void;
  labelOf: (index: number) => string | undefined;
}

/** What one points at and draws on: pictures, names, the lasso and what is under the mouse. */
export function Surface(props: Props) {
  const { map, scene, painted, shown, mode, hasPictures, choice, onChoice } = props;
  const { t } = useTranslation("map");
  const ground = useRef<HTMLDivElement>(null);
  const line = useRef<SVGPathElement>(null);
  const [hovered, setHovered] = useState<{ index: number; spot: Spot } | null>(null);
  const { thumbs, names } = useLaidOut(map, scene, shown, hasPictures);
  const assets = useAssets(
    map.id,
    useMemo(() => thumbs.map(({ index }) => index), [thumbs]),
  );
  const under = (spot: Spot): number => {
    const thumb = thumbAt(thumbs, spot.x, spot.y);
    return thumb >= 0 ? thumb : scene.at(spot);
  };
  const gestures = useGestures(scene, ground, {
    mode,
    onHover: (spot) => {
      const index = spot === null ? -1 : under(spot);
      if (index !== (hovered?.index ?? -1)) setHovered(index < 0 ? null : { index, spot: spot! });
    },
    onPress: (spot, isMore) => {
      const name = isMore ? undefined : nameAt(names, spot);
      const index = under(spot);
      if (name !== undefined) props.onCluster(name.id);
      else if (index < 0) onChoice(changed(choice, new Uint32Array(), isMore ? "add" : "instead"));
      else if (isMore) onChoice(toggled(choice, index));
      else onChoice(changed(choice, Uint32Array.of(index), "instead"));
    },
    onLine: (spots) => line.current?.setAttribute("d", pathOf(spots)),
    onLasso: (spots, how) => onChoice(changed(choice, scene.within(spots), how)),
  });
  return (
    <div ref={ground} className={classes.surface} data-mode={mode} {...gestures}>
      <Thumbs scene={scene} thumbs={thumbs} assets={assets} painted={painted} choice={choice} />
      <Names scene={scene} names={names} />
      <svg className={classes.lasso} aria-hidden>
        <path ref={line} />
      </svg>
      {hovered && (
        <HoverCard
          map={map}
          index={hovered.index}
          spot={hovered.spot}
          size={scene.size}
          label={props.labelOf(hovered.index)}
          painted={painted}
        />
      )}
      {!scene.isDrawn && <p className={classes.undrawn}>{t("chart.cannot")}</p>}
    </div>
  );
}

/** What lies over the points where the map came to rest. */
function useLaidOut(map: MapOut, scene: Scene, shown: Uint8Array, hasPictures: boolean) {
  const settled = useSyncExternalStore(scene.onSettle, scene.settled);
  const bySize = useMemo(() => [...map.clusters].sort((a, b) => b.size - a.size), [map]);
  const thumbs = useMemo<Thumb[]>(
    () =>
      hasPictures
        ? thumbsIn(scene.grid, settled.view, settled.size, (index) => shown[index] === 1)
        : [],
    [scene, settled, shown, hasPictures],
  );
  const names = useMemo<Name[]>(
    () => namesIn(bySize, settled.view, settled.size),
    [bySize, settled],
  );
  return { thumbs, names };
}

function nameAt(names: readonly Name[], { x, y }: Spot): Name | undefined {
  return names.find((name) => Math.abs(name.x - x) < name.half && Math.abs(name.y - y) < 12);
}

function pathOf(line: readonly Spot[]): string {
  return line.length === 0 ? "" : `M${line.map(({ x, y }) => `${x},${y}`).join("L")}Z`;
}
