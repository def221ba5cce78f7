import { useElementSize } from "@mantine/hooks";
import {
  type RefObject,
  useCallback,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import { laidOut, type Layout, type Place, places, rowAt, rowOf } from "./layout";

/** Pixels above and below what is seen that are drawn already. */
const AHEAD = 600;

export interface GridWindow {
  /** What scrolls. */
  scroll: RefObject<HTMLDivElement | null>;
  /** What is as high as all pictures together. */
  sheet: (node: HTMLDivElement | null) => void;
  layout: Layout;
  shown: Place[];
  onScroll: () => void;
  /** Scroll no more than needed to see a picture whole. */
  reveal: (index: number) => void;
}

/** Only the rows that are near are in the page; the scrollbar stands for all of them. */
export function useWindow(
  ratios: ArrayLike<number>,
  rowHeight: number,
  gap: number,
  question: string,
): GridWindow {
  const scroll = useRef<HTMLDivElement>(null);
  const { ref: sheet, width } = useElementSize<HTMLDivElement>();
  const layout = useMemo(
    () => laidOut(width > 0 ? ratios : [], width || 1, rowHeight, gap),
    [ratios, width, rowHeight, gap],
  );
  const [[from, to], setRows] = useState<readonly [number, number]>([0, 0]);
  const anchor = useRef({ index: 0, offset: 0 });
  const look = useCallback(() => {
    const at = scroll.current;
    if (at === null) return;
    const first = rowAt(layout, at.scrollTop - AHEAD);
    const last = rowAt(layout, at.scrollTop + at.clientHeight + AHEAD) + 1;
    setRows((known) => (known[0] === first && known[1] === last ? known : [first, last]));
  }, [layout]);
  const onScroll = useCallback(() => {
    const top = scroll.current?.scrollTop ?? 0;
    const row = rowAt(layout, top);
    anchor.current = { index: layout.starts[row] ?? 0, offset: top - (layout.tops[row] ?? 0) };
    look();
  }, [layout, look]);
  // Another width or height of rows: what was at the top stays there.
  useLayoutEffect(() => {
    const at = scroll.current;
    if (at === null || layout.rows === 0) return;
    const { index, offset } = anchor.current;
    at.scrollTop = (layout.tops[rowOf(layout, index)] ?? 0) + offset;
    look();
  }, [layout, look]);
  useLayoutEffect(() => {
    anchor.current = { index: 0, offset: 0 };
    if (scroll.current !== null) scroll.current.scrollTop = 0;
  }, [question]);
  useEffect(() => {
    const watch = new ResizeObserver(look);
    if (scroll.current !== null) watch.observe(scroll.current);
    return () => watch.disconnect();
  }, [look]);
  const reveal = useCallback(
    (index: number) => {
      const at = scroll.current;
      if (at === null || layout.rows === 0) return;
      const row = rowOf(layout, index);
      const [top, bottom] = [layout.tops[row]!, layout.tops[row + 1]! - layout.gap];
      if (top < at.scrollTop) at.scrollTop = top;
      else if (bottom > at.scrollTop + at.clientHeight - FOOT) {
        at.scrollTop = bottom - at.clientHeight + FOOT;
      }
    },
    [layout],
  );
  const shown = useMemo(() => places(layout, ratios, from, to), [layout, ratios, from, to]);
  return { scroll, sheet, layout, shown, onScroll, reveal };
}

/** The bar of a selection covers so much at the bottom. */
const FOOT = 88;
