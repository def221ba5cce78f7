import { useReducedMotion } from "@mantine/hooks";
import { type KeyboardEvent, type ReactNode, useLayoutEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import classes from "./Map.module.css";
import type { Points } from "./points";
import { Scene } from "./scene";
import type { View } from "./view";

interface Props {
  map: string;
  points: Points;
  /** Called when there is something to draw on, and with null when there no longer is. */
  onScene: (scene: Scene | null) => void;
  /** What lies over the points. */
  children: ReactNode;
}

/** Where one was on each map, for those who come back. */
const kept = new Map<string, View>();

/** The canvas, and the scene on it. */
export function Chart({ map, points, onScene, children }: Props) {
  const { t } = useTranslation("map");
  const canvas = useRef<HTMLCanvasElement>(null);
  const [scene, setScene] = useState<Scene | null>(null);
  useLayoutEffect(() => {
    const made = new Scene(canvas.current!, points, kept.get(map));
    setScene(made);
    onScene(made);
    const watcher = new ResizeObserver(() => made.measure());
    watcher.observe(canvas.current!);
    return () => {
      kept.set(map, made.view);
      watcher.disconnect();
      made.free();
      onScene(null);
    };
  }, [map, points, onScene]);
  const onKey = useMapKeys(scene);
  return (
    <div
      className={classes.chart}
      role="application"
      tabIndex={0}
      aria-label={t("chart.label")}
      aria-describedby="map-keys"
      onKeyDown={onKey}
    >
      <canvas ref={canvas} className={classes.canvas} />
      <p id="map-keys" className="visually-hidden">
        {t("chart.keys")}
      </p>
      {children}
    </div>
  );
}

const STEP = 80;
const NEARER = 1.4;

function useMapKeys(scene: Scene | null) {
  const isCalm = useReducedMotion();
  return (event: KeyboardEvent) => {
    if (scene === null || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target !== event.currentTarget) return;
    const acts: Record<string, () => void> = {
      ArrowLeft: () => scene.pan(STEP, 0),
      ArrowRight: () => scene.pan(-STEP, 0),
      ArrowUp: () => scene.pan(0, STEP),
      ArrowDown: () => scene.pan(0, -STEP),
      "+": () => scene.zoom(NEARER),
      "=": () => scene.zoom(NEARER),
      "-": () => scene.zoom(1 / NEARER),
      "0": () => scene.fly(null, isCalm),
    };
    const act = acts[event.key];
    if (act === undefined) return;
    event.preventDefault();
    act();
  };
}
