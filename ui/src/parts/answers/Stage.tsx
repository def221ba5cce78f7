import { ActionIcon } from "@mantine/core";
import { IconChevronLeft, IconChevronRight, IconZoomIn, IconZoomOut } from "@tabler/icons-react";
import { type MouseEvent, type Ref, useEffect, useImperativeHandle, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { type Box, renditionOf } from "@/api/client";
import classes from "./Stage.module.css";
import { useSwipe } from "./useSwipe";

interface Side {
  /** What letting go on this side says. */
  word: string;
  say: () => void;
}

interface Props {
  ref: Ref<HTMLDivElement>;
  asset: string;
  /** What is asked, for those who do not see it. */
  label: string;
  box: Box;
  isZoomed: boolean;
  zoom: () => void;
  move: (steps: 1 | -1) => void;
  hasBefore: boolean;
  hasNext: boolean;
  right: Side;
  left: Side;
}

/** The picture, as large as there is room; it follows a finger, and enlarges where it is pressed. */
export function Stage(props: Props) {
  const { ref, asset, label, box, isZoomed, zoom, move, right, left } = props;
  const { t } = useTranslation("review");
  const own = useRef<HTMLDivElement>(null);
  useImperativeHandle(ref, () => own.current!);
  const [origin, setOrigin] = useState("50% 50%");
  const swipe = useSwipe(right.say, left.say);
  useEffect(() => focusFirst(own.current), []);
  const follow = (event: MouseEvent) => isZoomed && setOrigin(placeIn(event));
  return (
    <div
      ref={own}
      className={classes.stage}
      tabIndex={-1}
      role="group"
      aria-label={label}
      data-asset={asset}
      data-zoomed={isZoomed || undefined}
      onMouseMove={follow}
      {...swipe.handlers}
    >
      <img
        key={asset}
        className={classes.picture}
        style={{
          transformOrigin: origin,
          transform: isZoomed ? "scale(2.5)" : `translateX(${swipe.offset}px)`,
        }}
        src={renditionOf(asset, box)}
        alt=""
        decoding="sync"
        draggable={false}
        onClick={(event) => {
          setOrigin(placeIn(event));
          if (Math.abs(swipe.offset) < 4) zoom();
        }}
      />
      {swipe.leaning !== null && (
        <div className={classes.leaning} data-side={swipe.leaning} aria-hidden>
          {swipe.leaning === "right" ? right.word : left.word}
        </div>
      )}
      <Arrow steps={-1} move={move} isOff={!props.hasBefore} />
      <Arrow steps={1} move={move} isOff={!props.hasNext} />
      <ActionIcon
        className={classes.zoom}
        variant="default"
        size="lg"
        onClick={zoom}
        aria-label={t(isZoomed ? "zoomOut" : "zoom")}
        aria-pressed={isZoomed}
      >
        {isZoomed ? <IconZoomOut size={20} /> : <IconZoomIn size={20} />}
      </ActionIcon>
    </div>
  );
}

function Arrow({ steps, move, isOff }: { steps: 1 | -1; move: Props["move"]; isOff: boolean }) {
  const { t } = useTranslation("review");
  const Sign = steps > 0 ? IconChevronRight : IconChevronLeft;
  return (
    <ActionIcon
      className={classes.arrow}
      data-side={steps > 0 ? "right" : "left"}
      variant="default"
      size="lg"
      disabled={isOff}
      onClick={() => move(steps)}
      aria-label={t(steps > 0 ? "next" : "previous")}
    >
      <Sign size={20} />
    </ActionIcon>
  );
}

/** Keys work at once, unless somebody is elsewhere on purpose. */
function focusFirst(stage: HTMLDivElement | null): void {
  const at = document.activeElement;
  const isNowhere = at === null || at === document.body || at.matches("[type=radio]");
  if (isNowhere) stage?.focus({ preventScroll: true });
}

function placeIn(event: MouseEvent): string {
  const box = event.currentTarget.getBoundingClientRect();
  const share = (at: number, start: number, size: number) =>
    `${Math.round(((at - start) / size) * 100)}%`;
  return `${share(event.clientX, box.left, box.width)} ${share(event.clientY, box.top, box.height)}`;
}
