import { Text } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { defaultRangeExtractor, useVirtualizer } from "@tanstack/react-virtual";
import {
  type KeyboardEvent,
  type Ref,
  useCallback,
  useEffect,
  useImperativeHandle,
  useRef,
} from "react";
import { useTranslation } from "react-i18next";
import type { Reason } from "../editing/draft";
import type { Row } from "./rows";
import { type Look, TreeRow } from "./TreeRow";
import classes from "./TreeView.module.css";
import { useDragging } from "./useDragging";
import { useTreeKeys } from "./useTreeKeys";

export interface TreeHandle {
  focus: () => void;
}

export interface Act {
  pick: (id: string) => void;
  /** Show what was picked, where it is not beside the tree anyhow. */
  show: (id: string) => void;
  toggle: (ids: readonly string[], open: boolean) => void;
  startNaming: (id: string) => void;
  named: (id: string, name: string | null) => void;
  remove: (id: string) => void;
  add: (id: string) => void;
  find: () => void;
  back: () => void;
  /** Why a concept may not be moved there, or null. */
  mayMove: (id: string, onto: string) => Reason | null;
  move: (id: string, onto: string) => void;
}

interface Props {
  rows: readonly Row[];
  look: (row: Row) => Look;
  selected: string | null;
  naming: string | null;
  filtered: boolean;
  mayEdit: boolean;
  act: Act;
  label: string;
  handle: Ref<TreeHandle>;
}

/** The tree, of which only the lines that can be seen are on the page. */
export function TreeView(props: Props) {
  const { rows, look, selected, naming, filtered, mayEdit, act, label } = props;
  const { t } = useTranslation("taxonomy");
  const frame = useRef<HTMLDivElement>(null);
  const height = useMediaQuery("(pointer: coarse)") ? 44 : 34;
  const at = rows.findIndex((row) => row.id === selected);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => frame.current,
    estimateSize: () => height,
    overscan: 12,
    paddingStart: 6,
    paddingEnd: 6,
    // The active line stays on the page, since the tree names it to those who listen.
    rangeExtractor: useCallback(
      (range: Parameters<typeof defaultRangeExtractor>[0]) => {
        const shown = defaultRangeExtractor(range);
        return at < 0 || shown.includes(at) ? shown : [...shown, at].sort((a, b) => a - b);
      },
      [at],
    ),
  });
  useEffect(() => virtual.measure(), [virtual, height]);
  useEffect(() => {
    if (at >= 0) virtual.scrollToIndex(at);
  }, [at, virtual]);
  useImperativeHandle(props.handle, () => ({ focus: () => frame.current?.focus() }), []);
  const onKey = useTreeKeys(rows, at, mayEdit, act);
  const dragging = useDragging(mayEdit, act);
  return (
    <div
      ref={frame}
      role="tree"
      tabIndex={0}
      className={classes.tree}
      aria-label={label}
      aria-activedescendant={at >= 0 ? domId(at) : undefined}
      onKeyDown={(event: KeyboardEvent) => onKey(event)}
    >
      <div role="none" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map((item) => {
          const row = rows[item.index]!;
          return (
            <TreeRow
              key={row.id}
              row={row}
              look={look(row)}
              domId={domId(item.index)}
              top={item.start}
              height={height}
              selected={row.id === selected}
              active={item.index === at}
              filtered={filtered}
              naming={row.id === naming}
              movable={mayEdit}
              dragged={dragging.dragged === row.id}
              goal={dragging.goal === row.id}
              onPick={act.show}
              onToggle={act.toggle}
              onRename={act.startNaming}
              onNamed={act.named}
              onDrag={dragging.onDrag}
              onOver={dragging.onOver}
              onDrop={dragging.onDrop}
            />
          );
        })}
      </div>
      {rows.length === 0 && (
        <Text c="dimmed" ta="center" p="xl">
          {t("tree.none")}
        </Text>
      )}
    </div>
  );
}

function domId(index: number): string {
  return `tree-line-${index}`;
}
