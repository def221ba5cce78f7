import { useEffect, useRef } from "react";
import type { Stack } from "../pile";
import type { Review } from "../useReview";
import classes from "./Grid.module.css";
import { Tile } from "./Tile";
import type { GridActs } from "./useGridActs";
import { useWalk } from "@/parts/answers/useWalk";

interface Props {
  review: Review;
  concept: string;
  stacks: readonly Stack[];
  isSure: boolean;
  acts: GridActs;
}

/** The pictures of a page. One of them is in the order of the tab key; arrows go to the others. */
export function Tiles({ concept, stacks, isSure, acts }: Props) {
  const list = useRef<HTMLUListElement>(null);
  const { at, setAt } = useWalk(list, stacks.length, {
    mark: (place) => acts.mark(stacks[place]),
    apart: (place) => acts.apart(stacks[place]),
  });
  useEffect(() => {
    const now = document.activeElement;
    // Keys work on the first picture at once, unless somebody is elsewhere on purpose.
    if (now === document.body || now?.matches("[type=radio]")) {
      list.current?.querySelector<HTMLElement>("button")?.focus({ preventScroll: true });
    }
  }, []);
  return (
    <ul ref={list} className={classes.tiles}>
      {stacks.map((stack, place) => (
        <Tile
          key={stack.id}
          stack={stack}
          concept={concept}
          place={place}
          isAt={place === at}
          isSure={isSure}
          onFocus={() => setAt(place)}
          mark={() => acts.mark(stack)}
          apart={() => acts.apart(stack)}
        />
      ))}
    </ul>
  );
}
