import { UnstyledButton } from "@mantine/core";
import { IconCheck } from "@tabler/icons-react";
import { memo, useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { Stack } from "@/parts/answers/pile";
import { useWalk } from "@/parts/answers/useWalk";
import { count, percent } from "@/parts/numbers";
import { Picture } from "@/parts/Picture";
import { useKeys } from "@/parts/useKeys";
import type { Tiled } from "./usePile";
import classes from "./Work.module.css";

interface Props {
  stacks: readonly Stack<Tiled>[];
  isSure: boolean;
  mark: (stack: Stack<Tiled> | undefined) => void;
}

/** The pictures of a page. One of them is in the order of the tab key; arrows go to the others. */
export function Tiles({ stacks, isSure, mark }: Props) {
  const list = useRef<HTMLUListElement>(null);
  const { at, setAt } = useWalk(list, stacks.length, { mark: (place) => mark(stacks[place]) });
  useKeys({ k: () => mark(stacks[at]) });
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
          place={place}
          isAt={place === at}
          isSure={isSure}
          onFocus={() => setAt(place)}
          mark={() => mark(stack)}
        />
      ))}
    </ul>
  );
}

interface TileProps {
  stack: Stack<Tiled>;
  place: number;
  isAt: boolean;
  isSure: boolean;
  onFocus: () => void;
  mark: () => void;
}

/** One picture, ticked off where its label is right as it is. */
const Tile = memo(TileButton, (a, b) => {
  return a.stack === b.stack && a.isAt === b.isAt && a.isSure === b.isSure && a.place === b.place;
});

function TileButton({ stack, place, isAt, isSure, onFocus, mark }: TileProps) {
  const { t } = useTranslation(["labels", "review"]);
  const item = stack.items[0]!;
  // Ticked off means the machine's doubt is wrong.
  const isKept = stack.isWrong;
  const p = item.p_proposed ?? (item.p_given === null ? null : 1 - item.p_given);
  const n = t("review:tile", { n: count(place + 1) });
  const sure = isSure && p !== null ? percent(p) : null;
  return (
    <li className={classes.tile} data-kept={isKept || undefined}>
      <UnstyledButton
        className={classes.tileButton}
        data-tile
        tabIndex={isAt ? 0 : -1}
        aria-pressed={isKept}
        aria-label={sure === null ? n : `${n}, ${t("review:tileSure", { p: sure })}`}
        onFocus={onFocus}
        onClick={mark}
      >
        <Picture asset={item.asset} box={320} alt="" eager />
        {isKept && (
          <span className={classes.tick}>
            <IconCheck size={16} stroke={3} aria-hidden />
            {t("grid.kept")}
          </span>
        )}
        {sure !== null && <span className={`${classes.sure} figures`}>{sure}</span>}
      </UnstyledButton>
    </li>
  );
}
