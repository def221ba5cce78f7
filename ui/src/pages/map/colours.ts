/** What points look like. Colours that all eyes tell apart, and shapes beside them. */

export type Scheme = "light" | "dark";
export const SHAPES = ["circle", "square", "diamond", "triangle"] as const;
export type Shape = (typeof SHAPES)[number];

export interface Look {
  /** As `#rrggbb`. */
  colour: string;
  shape: Shape;
}

/**
 * Okabe and Ito's colours (https://jfly.uni-koeln.de/color/), which differ for every kind of sight;
 * the yellow is darker on a light ground and the blue lighter on a dark one, to be seen at all.
 */
const HUES: Record<Scheme, readonly string[]> = {
  light: ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00", "#9a8f00", "#5b4a9c"],
  dark: ["#4da3e0", "#ee7b30", "#1fbf92", "#e094c0", "#8dd0f5", "#f0b431", "#f0e442", "#a598e8"],
};

/**
 * Cividis (Nuñez, Anderton, Renslow 2018), at five places; dark is low. On a light ground its upper
 * end would not be seen and is darker, on a dark one its lower end lighter.
 */
const RAMP = ["#00224e", "#35456c", "#7c7b78", "#a8985a", "#d6a800"];
const RAMP_ON_DARK = ["#3b66b5", "#6f83a6", "#9b9a90", "#cbbc74", "#fee838"];

const NONE: Record<Scheme, string> = { light: "#a3abb3", dark: "#5f676f" };
const REST: Record<Scheme, string> = { light: "#59626a", dark: "#b4bcc4" };

/** So many entries have a look of their own; the others share one. */
export const LOOKS = HUES.light.length * 3;

export function lookOf(rank: number, scheme: Scheme): Look {
  const hues = HUES[scheme];
  if (rank >= LOOKS) return { colour: REST[scheme], shape: "triangle" };
  return {
    colour: hues[rank % hues.length]!,
    shape: SHAPES[Math.floor(rank / hues.length)]!,
  };
}

export function lookOfNone(scheme: Scheme): Look {
  return { colour: NONE[scheme], shape: "circle" };
}

/** The colour of a share from 0 to 1. */
export function rampAt(share: number, scheme: Scheme): string {
  const ramp = scheme === "dark" ? RAMP_ON_DARK : RAMP;
  const at = Math.min(Math.max(share, 0), 1) * (ramp.length - 1);
  const low = Math.min(Math.floor(at), ramp.length - 2);
  const [from, to] = [parts(ramp[low]!), parts(ramp[low + 1]!)];
  return hex(from.map((each, k) => each + (to[k]! - each) * (at - low)));
}

export function gradient(scheme: Scheme): string {
  return `linear-gradient(90deg, ${(scheme === "dark" ? RAMP_ON_DARK : RAMP).join(", ")})`;
}

export function parts(colour: string): number[] {
  return [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
}

function hex(colour: readonly number[]): string {
  return `#${colour.map((each) => Math.round(each).toString(16).padStart(2, "0")).join("")}`;
}

export const TABLE = 256;

/** Looks as two rows of pixels for the graphics card: colours, then shapes. */
export function tableOf(looks: readonly Look[]): Uint8Array {
  const table = new Uint8Array(TABLE * 2 * 4);
  looks.slice(0, TABLE).forEach(({ colour, shape }, at) => {
    table.set([...parts(colour), 255], at * 4);
    table[(TABLE + at) * 4] = SHAPES.indexOf(shape);
  });
  return table;
}
