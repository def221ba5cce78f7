import { useEffect, useReducer } from "react";
import { api, told } from "@/api/client";

/** Pictures in one request. */
const MOST = 1_000;

/** Names of a map's pictures by their number, asked for in batches and kept. */
class Assets {
  private readonly known = new Map<number, string>();
  private readonly asked = new Set<number>();

  constructor(private readonly map: string) {}

  of(index: number): string | undefined {
    return this.known.get(index);
  }

  /** Ask for those that are not known yet. */
  async load(indices: readonly number[]): Promise<void> {
    const lacking = indices.filter((index) => !this.asked.has(index));
    for (let from = 0; from < lacking.length; from += MOST) {
      await this.fetch(lacking.slice(from, from + MOST));
    }
  }

  private async fetch(some: number[]): Promise<void> {
    some.forEach((index) => this.asked.add(index));
    try {
      const { assets } = await told(
        api.POST("/api/v1/maps/{map}/assets", {
          params: { path: { map: this.map } },
          body: { indices: some },
        }),
      );
      assets.forEach((asset, at) => this.known.set(some[at]!, asset));
    } catch {
      // Points stay points; they are asked for again with the next look.
      some.forEach((index) => this.asked.delete(index));
    }
  }
}

const maps = new Map<string, Assets>();

function assetsOn(map: string): Assets {
  const known = maps.get(map) ?? new Assets(map);
  maps.set(map, known);
  return known;
}

/** The pictures with these numbers, as soon as they are known. */
export function useAssets(map: string, indices: readonly number[]): (string | undefined)[] {
  const [, again] = useReducer((count: number) => count + 1, 0);
  const assets = assetsOn(map);
  const wanted = indices.join();
  useEffect(() => {
    if (!wanted) return;
    let isGone = false;
    void assets.load(wanted.split(",").map(Number)).then(() => {
      if (!isGone) again();
    });
    return () => {
      isGone = true;
    };
  }, [assets, wanted]);
  return indices.map((index) => assets.of(index));
}
