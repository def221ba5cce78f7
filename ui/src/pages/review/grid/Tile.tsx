import { Badge, UnstyledButton } from "@mantine/core";
import { IconStack2, IconX } from "@tabler/icons-react";
import { memo } from "react";
import { useTranslation } from "react-i18next";
import { count, percent } from "@/parts/numbers";
import { Picture } from "@/parts/Picture";
import type { Stack } from "../pile";
import classes from "./Grid.module.css";

interface Props {
  stack: Stack;
  concept: string;
  place: number;
  isAt: boolean;
  isSure: boolean;
  onFocus: () => void;
  mark: () => void;
  apart: () => void;
}

/** One picture, or some that look alike; ticked off where the tag is wrong. */
export const Tile = memo(TileButton, (a, b) => {
  return a.stack === b.stack && a.isAt === b.isAt && a.isSure === b.isSure && a.place === b.place;
});

function TileButton({ stack, concept, place, isAt, isSure, onFocus, mark, apart }: Props) {
  const { t } = useTranslation("review");
  const first = stack.items[0]!;
  const more = stack.items.length - 1;
  const n = count(place + 1);
  const p = first.suggestions.find((each) => each.concept === concept)?.p ?? null;
  const label = more > 0 ? t("tileAlike", { n, more: count(more) }) : t("tile", { n });
  return (
    <li
      className={classes.tile}
      data-wrong={stack.isWrong || undefined}
      data-alike={more > 0 || undefined}
    >
      <UnstyledButton
        className={classes.tileButton}
        data-tile
        tabIndex={isAt ? 0 : -1}
        aria-pressed={stack.isWrong}
        aria-label={isSure && p !== null ? `${label}, ${t("tileSure", { p: percent(p) })}` : label}
        onFocus={onFocus}
        onClick={mark}
      >
        <Picture asset={first.asset} box={320} alt="" eager />
        {stack.isWrong && (
          <span className={classes.cross}>
            <IconX size={16} stroke={3} aria-hidden />
            {t("wrong")}
          </span>
        )}
        {isSure && p !== null && <span className={`${classes.sure} figures`}>{percent(p)}</span>}
      </UnstyledButton>
      {more > 0 && (
        <Badge
          component="button"
          className={classes.alike}
          leftSection={<IconStack2 size={14} aria-hidden />}
          tabIndex={isAt ? 0 : -1}
          aria-label={t("apart", { count: more, shown: count(more + 1) })}
          title={t("apart", { count: more, shown: count(more + 1) })}
          onClick={apart}
        >
          {count(more + 1)}
        </Badge>
      )}
    </li>
  );
}
