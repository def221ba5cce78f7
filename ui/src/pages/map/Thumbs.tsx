import { memo, useRef } from "react";
import { renditionOf } from "@/api/client";
import type { Choice } from "./choice";
import classes from "./Map.module.css";
import type { Scene } from "./scene";
import type { Thumb } from "./thumbs";
import type { Painted } from "./useColouring";
import { useFrames } from "./useFrames";
import { onMap, onScreen } from "./view";

interface Props {
  scene: Scene;
  thumbs: readonly Thumb[];
  /** The picture of each, where it is known yet. */
  assets: readonly (string | undefined)[];
  painted: Painted | undefined;
  choice: Choice;
}

/** Pictures over their points. While the map moves they move with it as one sheet. */
export const Thumbs = memo(function Thumbs({ scene, thumbs, assets, painted, choice }: Props) {
  const sheet = useRef<HTMLDivElement>(null);
  const { view, size } = scene.settled();
  useFrames(scene, () => {
    const corner = onMap(view, size, { x: 0, y: 0 });
    const { x, y } = onScreen(scene.view, scene.size, corner.x, corner.y);
    const by = scene.view.scale / view.scale;
    sheet.current!.style.transform = `translate(${x}px, ${y}px) scale(${by})`;
  });
  const chosen = new Set(choice.indices);
  return (
    <div ref={sheet} className={classes.sheet} aria-hidden>
      {thumbs.map(({ index, x, y, side }, at) => {
        const asset = assets[at];
        const look = painted?.table[painted.looks[index] ?? 0];
        const place = { left: x - side / 2, top: y - side / 2, width: side, height: side };
        return (
          asset && (
            <img
              key={index}
              className={classes.thumb}
              style={{ ...place, borderColor: look?.colour }}
              data-chosen={chosen.has(index) || undefined}
              data-quiet={(choice.indices.length > 0 && !chosen.has(index)) || undefined}
              src={renditionOf(asset, 160)}
              alt=""
              decoding="async"
              draggable={false}
            />
          )
        );
      })}
    </div>
  );
});
