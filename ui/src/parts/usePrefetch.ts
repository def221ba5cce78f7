import { useEffect, useRef } from "react";
import { type Box, renditionOf } from "@/api/client";

/** Fetch and decode the pictures that come next; those that are past are let go. */
export function usePrefetch(assets: readonly string[], box: Box): void {
  const kept = useRef(new Map<string, HTMLImageElement>());
  const wanted = assets.join(" ");
  useEffect(() => {
    const before = kept.current;
    const now = new Map<string, HTMLImageElement>();
    for (const asset of wanted.split(" ").filter(Boolean)) {
      const image = before.get(asset) ?? fetched(asset, box);
      now.set(asset, image);
    }
    kept.current = now;
  }, [wanted, box]);
}

function fetched(asset: string, box: Box): HTMLImageElement {
  const image = new Image();
  image.src = renditionOf(asset, box);
  // One that cannot be shown says so when its turn comes.
  void image.decode().catch(() => undefined);
  return image;
}
