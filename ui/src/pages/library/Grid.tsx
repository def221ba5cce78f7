import { useMergedRef } from "@mantine/hooks";
import { type KeyboardEvent, type MouseEvent, useEffect, useMemo, useRef } from "react";
import { useTranslation } from "react-i18next";
import classes from "./Grid.module.css";
import { actOf } from "./keys";
import { touched } from "./layout";
import { joined, NOTHING, type Selection } from "./selection";
import { Tile, tileId } from "./Tile";
import { described, type Trees } from "./trees";
import { useActs } from "./useActs";
import { useLasso } from "./useLasso";
import type { Pictures } from "./usePictures";
import { useWindow } from "./useWindow";
import { percent } from "@/parts/numbers";
import type { AssetOut } from "@/api/schema";

interface Props {
  pictures: Pictures;
  trees: Trees;
  rowHeight: number;
  selection: Selection;
  onSelection: (change: (selection: Selection) => Selection) => void;
  /** The picture in the detail pane. */
  open: string | undefined;
  focus: number;
  onFocus: (index: number) => void;
  onOpen: (asset: AssetOut, index: number) => void;
  onClose: () => void;
}

const GAP = 6;

function indexAt(event: MouseEvent): number | null {
  const tile = (event.target as Element).closest("[data-index]");
  return tile === null ? null : Number(tile.getAttribute("data-index"));
}

/** All pictures found, in justified rows; by mouse, by finger and by keyboard. */
export function Grid(props: Props) {
  const { t } = useTranslation("library");
  const { pictures, trees, selection, onSelection, focus, onFocus, open } = props;
  const { ratios, total, at, show } = pictures;
  const view = useWindow(ratios, props.rowHeight, GAP, pictures.question);
  const { layout, shown } = view;
  const sheet = useRef<HTMLDivElement>(null);
  const describe = useMemo(() => described(trees), [trees]);
  const loading = t("loading");
  const sheetRef = useMergedRef(sheet, view.sheet);
  const acts = useActs({ ...props, reveal: view.reveal });
  const first = shown[0]?.index ?? 0;
  const last = shown.at(-1)?.index ?? 0;
  useEffect(() => show(first, last), [show, first, last]);

  const base = useRef<Selection>(NOTHING);
  const lasso = useLasso({
    scroll: () => view.scroll.current,
    sheet: () => sheet.current,
    onStart: (isAdding) => {
      base.current = isAdding ? selection : NOTHING;
    },
    onBox: (box) => {
      const inside = touched(layout, ratios, box)
        .map(at)
        .filter((asset) => asset !== undefined);
      onSelection(() => joined(base.current, inside));
    },
    onEnd: (box) => {
      void pictures
        .load(touched(layout, ratios, box))
        .then((inside) => onSelection(() => joined(base.current, inside)));
    },
  });

  const onClick = (event: MouseEvent<HTMLDivElement>) => {
    const index = indexAt(event);
    if (lasso.wasDrag() || index === null) return;
    acts.press(index, event, (event.target as Element).closest("[data-check]") !== null);
  };
  /** A long press of a finger begins to pick. */
  const onContextMenu = (event: MouseEvent<HTMLDivElement>) => {
    const index = indexAt(event);
    if (index === null || !matchMedia("(hover: none)").matches) return;
    event.preventDefault();
    acts.press(index, event, true);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    const height = view.scroll.current?.clientHeight ?? 0;
    const page = Math.max(Math.floor(height / props.rowHeight) - 1, 1);
    const act = actOf(event, { layout, ratios, focus, page });
    if (act === null) return;
    event.preventDefault();
    acts.take(act);
  };
  const isPicking = selection.size > 0;
  return (
    <div
      ref={view.scroll}
      className={`${classes.scroll} ${isPicking ? classes.picking : ""}`}
      role="listbox"
      aria-multiselectable
      aria-label={t("grid")}
      aria-activedescendant={total > 0 ? tileId(focus) : undefined}
      aria-busy={pictures.isStale}
      tabIndex={0}
      onScroll={view.onScroll}
      onKeyDown={onKeyDown}
      onClick={onClick}
      onContextMenu={onContextMenu}
      onPointerDown={lasso.onPointerDown}
      onFocus={(event) => {
        if (event.target === event.currentTarget) onFocus(Math.min(focus, Math.max(total - 1, 0)));
      }}
    >
      <div
        ref={sheetRef}
        role="presentation"
        className={classes.sheet}
        style={{ height: layout.height }}
        data-stale={pictures.isStale || undefined}
      >
        {shown.map((place) => {
          const asset = at(place.index);
          const told = asset && describe(asset);
          const likeness = asset && pictures.cosine(asset.id);
          return (
            <Tile
              key={place.index}
              place={place}
              total={total}
              asset={asset}
              name={told?.name ?? loading}
              caption={[likeness === undefined ? "" : percent(likeness), told?.words]
                .filter(Boolean)
                .join(" · ")}
              isSelected={asset !== undefined && selection.has(asset.id)}
              isFocused={place.index === focus}
              isOpen={asset !== undefined && asset.id === open}
            />
          );
        })}
        {lasso.box && (
          <div
            className={classes.lasso}
            style={{
              left: lasso.box.left,
              top: lasso.box.top,
              width: lasso.box.right - lasso.box.left,
              height: lasso.box.bottom - lasso.box.top,
            }}
          />
        )}
      </div>
    </div>
  );
}
