import { useEffect, useLayoutEffect, useRef } from "react";
import type { Scene } from "./scene";

/** Calls with every frame of the scene, and whenever the component was drawn. */
export function useFrames(scene: Scene, call: () => void): void {
  const latest = useRef(call);
  useLayoutEffect(() => {
    latest.current = call;
    call();
  });
  useEffect(() => scene.onMove(() => latest.current()), [scene]);
}
