import { type DragEvent, useCallback, useRef, useState } from "react";
import type { Act } from "./TreeView";

/** Rest on a closed line this many milliseconds, and it opens. */
const OPENS_AFTER = 600;

/** Dragging a concept onto another, or onto a facet to put it at the top. */
export function useDragging(mayEdit: boolean, act: Act) {
  const [dragged, setDragged] = useState<string | null>(null);
  const [goal, setGoal] = useState<string | null>(null);
  const rested = useRef({ on: "", since: 0 });
  const onDrag = useCallback((id: string | null) => {
    setDragged(id);
    setGoal(null);
  }, []);
  const onOver = useCallback(
    (id: string, event: DragEvent) => {
      if (!mayEdit || dragged === null) return;
      if (rested.current.on !== id) rested.current = { on: id, since: event.timeStamp };
      if (event.timeStamp - rested.current.since > OPENS_AFTER) act.toggle([id], true);
      const fits = act.mayMove(dragged, id) === null;
      setGoal(fits ? id : null);
      if (!fits) return;
      event.preventDefault();
      event.dataTransfer.dropEffect = "move";
    },
    [mayEdit, dragged, act],
  );
  const onDrop = useCallback(
    (id: string) => {
      if (dragged !== null && act.mayMove(dragged, id) === null) act.move(dragged, id);
      onDrag(null);
    },
    [act, dragged, onDrag],
  );
  return { dragged, goal, onDrag, onOver, onDrop };
}
