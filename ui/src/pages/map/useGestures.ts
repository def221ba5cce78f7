import { type PointerEvent, type RefObject, useEffect, useRef } from "react";
import type { How } from "./choice";
import type { Scene } from "./scene";
import type { Spot } from "./view";

export type Mode = "move" | "lasso";

/** Pixels before a press is a drag. */
const SLACK = 5;
/** Pixels between the places of a line that are kept. */
const GRAIN = 3;

interface Heard {
  mode: Mode;
  onHover: (spot: Spot | null) => void;
  onPress: (spot: Spot, isMore: boolean) => void;
  onLine: (line: readonly Spot[]) => void;
  onLasso: (line: readonly Spot[], how: How) => void;
}

type Doing =
  | { kind: "press"; from: Spot; isLasso: boolean }
  | { kind: "move"; at: Spot }
  | { kind: "lasso"; line: Spot[] }
  | { kind: "pinch"; far: number; middle: Spot };

/** What mouse, pen and fingers do on the map. */
export function useGestures(scene: Scene, ground: RefObject<HTMLElement | null>, heard: Heard) {
  const fingers = useRef(new Map<number, Spot>());
  const doing = useRef<Doing | null>(null);
  useWheel(scene, ground);

  const spotOf = (event: PointerEvent): Spot => {
    const box = event.currentTarget.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  const down = (event: PointerEvent) => {
    if (event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    const spot = spotOf(event);
    fingers.current.set(event.pointerId, spot);
    heard.onHover(null);
    if (fingers.current.size === 2) {
      heard.onLine([]);
      doing.current = pinchOf(fingers.current);
    } else if (fingers.current.size === 1) {
      const isLasso = heard.mode === "lasso" || event.shiftKey;
      doing.current = { kind: "press", from: spot, isLasso };
    }
  };
  const move = (event: PointerEvent) => {
    const spot = spotOf(event);
    if (doing.current === null) return heard.onHover(event.pointerType === "mouse" ? spot : null);
    if (fingers.current.has(event.pointerId)) fingers.current.set(event.pointerId, spot);
    doing.current = moved(scene, doing.current, spot, fingers.current);
    if (doing.current.kind === "lasso") heard.onLine(doing.current.line);
  };
  const up = (event: PointerEvent) => {
    const done = doing.current;
    fingers.current.delete(event.pointerId);
    // The finger that stays on goes on moving.
    const left = [...fingers.current.values()][0];
    doing.current = left === undefined ? null : { kind: "move", at: left };
    if (event.type === "pointercancel") return heard.onLine([]);
    const isMore = event.ctrlKey || event.metaKey;
    if (done?.kind === "press") heard.onPress(done.from, isMore || event.shiftKey);
    if (done?.kind !== "lasso") return;
    heard.onLine([]);
    heard.onLasso(done.line, event.altKey ? "take" : isMore ? "add" : "instead");
  };
  return {
    onPointerDown: down,
    onPointerMove: move,
    onPointerUp: up,
    onPointerCancel: up,
    onPointerLeave: () => heard.onHover(null),
    onDoubleClick: (event: React.MouseEvent) => {
      const box = event.currentTarget.getBoundingClientRect();
      scene.zoom(2, { x: event.clientX - box.left, y: event.clientY - box.top });
    },
  };
}

function moved(scene: Scene, doing: Doing, spot: Spot, fingers: Map<number, Spot>): Doing {
  switch (doing.kind) {
    case "press": {
      const { from, isLasso } = doing;
      if (Math.hypot(spot.x - from.x, spot.y - from.y) < SLACK) return doing;
      if (isLasso) return { kind: "lasso", line: [from, spot] };
      scene.pan(spot.x - from.x, spot.y - from.y);
      return { kind: "move", at: spot };
    }
    case "move":
      scene.pan(spot.x - doing.at.x, spot.y - doing.at.y);
      return { kind: "move", at: spot };
    case "lasso": {
      const last = doing.line.at(-1)!;
      if (Math.hypot(spot.x - last.x, spot.y - last.y) < GRAIN) return doing;
      return { kind: "lasso", line: [...doing.line, spot] };
    }
    case "pinch": {
      const now = pinchOf(fingers);
      if (now === null) return doing;
      scene.pan(now.middle.x - doing.middle.x, now.middle.y - doing.middle.y);
      scene.zoom(now.far / (doing.far || 1), now.middle);
      return now;
    }
  }
}

function pinchOf(fingers: Map<number, Spot>): (Doing & { kind: "pinch" }) | null {
  const [a, b] = [...fingers.values()];
  if (a === undefined || b === undefined) return null;
  const middle = { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
  return { kind: "pinch", far: Math.hypot(a.x - b.x, a.y - b.y), middle };
}

/** React hears wheels too late to keep the page from scrolling. */
function useWheel(scene: Scene, ground: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const element = ground.current;
    const onWheel = (event: WheelEvent) => {
      event.preventDefault();
      const box = element!.getBoundingClientRect();
      const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 20 : 1;
      const speed = event.ctrlKey ? 0.01 : 0.002;
      const by = Math.exp(-Math.max(-240, Math.min(240, event.deltaY * lines)) * speed);
      scene.zoom(by, { x: event.clientX - box.left, y: event.clientY - box.top });
    };
    element?.addEventListener("wheel", onWheel, { passive: false });
    return () => element?.removeEventListener("wheel", onWheel);
  }, [scene, ground]);
}
