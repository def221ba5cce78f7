import { percent } from "@/parts/numbers";
import type { Contract } from "./report";

/** A share without needless digits: 95 %, but 97.5 %. */
export function short(share: number): string {
  const whole = Math.abs(share * 100 - Math.round(share * 100)) < 1e-6;
  return percent(share, whole ? 0 : 1);
}

export function inPercent({ target, confidence }: Contract) {
  return { target: short(target), confidence: short(confidence) };
}

/** A difference in points with its sign: +1.2. */
export function points(difference: number, language: string): string {
  return new Intl.NumberFormat(language, {
    signDisplay: "exceptZero",
    minimumFractionDigits: 1,
    maximumFractionDigits: 1,
  })
    .format(difference * 100)
    .replace("-", "\u2212");
}

const ACTORS = ["person", "local", "policy", "import"] as const;
type Known = (typeof ACTORS)[number];

/** People by their names; those without one in words. */
export function actorKey(actor: string): `actor.${Known}` | null {
  return ACTORS.includes(actor as Known) ? `actor.${actor as Known}` : null;
}
