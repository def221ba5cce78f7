import { useKeys } from "@/parts/useKeys";
import type { Acts } from "./useActs";

interface Means {
  acts: Acts;
  find: () => void;
  zoom: () => void;
  help: () => void;
  switchSure: () => void;
  switchEvident: () => void;
  toGrid: () => void;
}

export function useSingleKeys(means: Means): void {
  const { keep, correct, discard, undo, move } = means.acts;
  useKeys({
    "1": keep,
    k: keep,
    "2": correct,
    c: correct,
    Enter: correct,
    d: discard,
    u: undo,
    ArrowRight: () => move(1),
    ArrowLeft: () => move(-1),
    "/": means.find,
    z: means.zoom,
    p: means.switchSure,
    e: means.switchEvident,
    v: means.toGrid,
    "?": means.help,
  });
}
