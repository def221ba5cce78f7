import { useRef } from "react";
import type { AssetOut } from "@/api/schema";
import type { Act } from "./keys";
import { between, joined, MOST, NOTHING, type Selection, toggled } from "./selection";
import type { Pictures } from "./usePictures";

interface Around {
  pictures: Pictures;
  selection: Selection;
  onSelection: (change: (selection: Selection) => Selection) => void;
  focus: number;
  onFocus: (index: number) => void;
  onOpen: (asset: AssetOut, index: number) => void;
  onClose: () => void;
  reveal: (index: number) => void;
}

interface Modifiers {
  shiftKey: boolean;
  ctrlKey: boolean;
  metaKey: boolean;
}

interface Acts {
  take: (act: Act) => void;
  /** A click on a picture, or on its check mark. */
  press: (index: number, keys: Modifiers, onCheck: boolean) => void;
}

/** What keys and clicks do to focus and selection. */
export function useActs(around: Around): Acts {
  const { pictures, selection, onSelection, focus, onFocus, reveal } = around;
  /** Where a range begins: the last picture that was taken by itself. */
  const anchor = useRef(0);

  const go = (index: number) => {
    onFocus(index);
    reveal(index);
  };
  const toggle = (index: number) => {
    anchor.current = index;
    const asset = pictures.at(index);
    if (asset !== undefined) onSelection((known) => toggled(known, asset));
  };
  const range = (to: number) => {
    const loaded = pictures.load(between(anchor.current, to));
    void loaded.then((assets) => onSelection(() => joined(NOTHING, assets)));
  };
  const open = (index: number) => {
    anchor.current = index;
    const asset = pictures.at(index);
    if (asset !== undefined) around.onOpen(asset, index);
  };
  const take = (act: Act) => {
    if (act.kind === "go") {
      go(act.to);
      if (act.extend) range(act.to);
      else anchor.current = act.to;
    }
    if (act.kind === "toggle") toggle(focus);
    if (act.kind === "open") open(focus);
    if (act.kind === "clear" && selection.size > 0) onSelection(() => NOTHING);
    else if (act.kind === "clear") around.onClose();
    if (act.kind === "all") {
      const all = between(0, Math.min(pictures.total, MOST) - 1);
      void pictures.load(all).then((assets) => onSelection(() => joined(NOTHING, assets)));
    }
  };
  const press = (index: number, keys: Modifiers, onCheck: boolean) => {
    onFocus(index);
    if (keys.shiftKey) range(index);
    else if (onCheck || keys.ctrlKey || keys.metaKey) toggle(index);
    // A finger that has begun to pick goes on picking.
    else if (selection.size > 0 && matchMedia("(hover: none)").matches) toggle(index);
    else open(index);
  };
  return { take, press };
}
