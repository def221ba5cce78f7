import type { Option } from "../options";
import { type Keys, useKeys } from "@/parts/useKeys";
import type { Acts } from "./useActs";

interface Means {
  acts: Acts;
  options: readonly Option[];
  find: () => void;
  zoom: () => void;
  help: () => void;
  switchSure: () => void;
  switchEvident: () => void;
  toGrid: () => void;
}

export function useSingleKeys(means: Means): void {
  const { acts, options } = means;
  const first = options[0]?.concept;
  const keys: Keys = {
    Enter: acts.confirm,
    " ": acts.confirm,
    n: () => acts.say({ kind: "none" }),
    s: () => acts.say({ kind: "skip" }),
    u: acts.undo,
    ArrowRight: () => acts.move(1),
    ArrowLeft: () => acts.move(-1),
    "/": means.find,
    z: means.zoom,
    "?": means.help,
    p: means.switchSure,
    e: means.switchEvident,
    v: means.toGrid,
  };
  if (first !== undefined) keys["x"] = () => acts.say({ kind: "not", concept: first });
  options.forEach(({ concept }, place) => {
    keys[String(place + 1)] = () => acts.pick(concept);
  });
  useKeys(keys);
}
