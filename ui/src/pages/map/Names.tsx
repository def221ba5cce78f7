import { memo, useRef } from "react";
import classes from "./Map.module.css";
import type { Scene } from "./scene";
import type { Name } from "./thumbs";
import { useFrames } from "./useFrames";
import { onMap, onScreen } from "./view";

interface Props {
  scene: Scene;
  names: readonly Name[];
}

/** What clusters are called, over them. They keep their size while the map is zoomed. */
export const Names = memo(function Names({ scene, names }: Props) {
  const sheet = useRef<HTMLDivElement>(null);
  const { view, size } = scene.settled();
  useFrames(scene, () => {
    const marks = sheet.current!.children;
    names.forEach((name, at) => {
      const on = onMap(view, size, name);
      const { x, y } = onScreen(scene.view, scene.size, on.x, on.y);
      (marks[at] as HTMLElement).style.transform = `translate(${x}px, ${y}px)`;
    });
  });
  return (
    <div ref={sheet} aria-hidden>
      {names.map(({ id, text }) => (
        <span key={id} className={classes.name}>
          <span>{text}</span>
        </span>
      ))}
    </div>
  );
});
