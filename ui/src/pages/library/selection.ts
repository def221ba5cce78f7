/** What is selected, by id, with what the list knew of each picture when it was selected. */
import type { AssetOut } from "@/api/schema";

export type Selection = ReadonlyMap<string, AssetOut>;

export const NOTHING: Selection = new Map();
/** More than this is a matter for a job, not for a mouse. */
export const MOST = 10_000;

export function toggled(selection: Selection, asset: AssetOut): Selection {
  const next = new Map(selection);
  if (!next.delete(asset.id)) next.set(asset.id, asset);
  return next;
}

export function joined(selection: Selection, assets: readonly AssetOut[]): Selection {
  const next = new Map(selection);
  for (const asset of assets) if (next.size < MOST) next.set(asset.id, asset);
  return next;
}

/** From one picture to another, whichever comes first. */
export function between(one: number, other: number): number[] {
  const from = Math.min(one, other);
  const many = Math.min(Math.abs(one - other) + 1, MOST);
  return Array.from({ length: many }, (_, at) => from + at);
}

export interface Word {
  asset: string;
  concept: string;
  positive: boolean;
}

/** A yes or a no to all the machine said of these pictures, by taxonomy. */
export function machineWords(assets: Iterable<AssetOut>, positive: boolean): Map<string, Word[]> {
  const words = new Map<string, Word[]>();
  for (const { id, tags } of assets) {
    for (const { taxonomy, concept, actor_kind, status } of tags) {
      if (actor_kind !== "model" || status === "rejected" || concept === null) continue;
      const some = words.get(taxonomy) ?? [];
      some.push({ asset: id, concept, positive });
      words.set(taxonomy, some);
    }
  }
  return words;
}

export function chunks<T>(all: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, at) =>
    all.slice(at * size, (at + 1) * size),
  );
}
