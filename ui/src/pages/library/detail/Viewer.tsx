import { ActionIcon, Modal } from "@mantine/core";
import {
  IconChevronLeft,
  IconChevronRight,
  IconX,
  IconZoomIn,
  IconZoomOut,
} from "@tabler/icons-react";
import {
  type KeyboardEvent,
  type PointerEvent,
  type ReactNode,
  useEffect,
  useRef,
  useState,
} from "react";
import { useTranslation } from "react-i18next";
import { addressOf, renditionOf } from "@/api/client";
import classes from "./Detail.module.css";
import { FITTING, shifted, type View, zoomed } from "./zoom";

interface Props {
  id: string;
  alt: string;
  back: (() => void) | undefined;
  on: (() => void) | undefined;
  onClose: () => void;
}

/** Steps of the keys and buttons. */
const STEP = 1.5;
/** Beyond this the rendition is blurred and the original is fetched. */
const SHARP = 1.4;
const middle = { x: 0, y: 0 };

/** One picture, as large as the window; wheel, keys or fingers zoom, dragging moves it. */
export function Viewer({ id, alt, back, on, onClose }: Props) {
  const { t } = useTranslation("library");
  const [view, setView] = useState<View>(FITTING);
  const [blurred, setBlurred] = useState(false);
  useEffect(() => {
    setView(FITTING);
    setBlurred(false);
  }, [id]);
  const zoom = (factor: number, at = middle) => setView((known) => zoomed(known, factor, at));
  const pan = usePan(setView);
  const onKeyDown = (event: KeyboardEvent) => {
    const acts: Record<string, (() => void) | undefined> = {
      "+": () => zoom(STEP),
      "=": () => zoom(STEP),
      "-": () => zoom(1 / STEP),
      "0": () => setView(FITTING),
      ArrowLeft: back,
      ArrowRight: on,
    };
    const act = acts[event.key];
    if (act === undefined) return;
    event.preventDefault();
    act();
  };
  const isOriginal = view.scale > SHARP && !blurred;
  const source = isOriginal ? addressOf(`/assets/${id}/original`) : renditionOf(id, 1280);
  return (
    <Modal
      opened
      fullScreen
      onClose={onClose}
      withCloseButton={false}
      padding={0}
      transitionProps={{ transition: "fade", duration: 120 }}
      aria-label={alt}
    >
      <div
        className={classes.viewer}
        data-fitting={view.scale === 1 || undefined}
        onKeyDown={onKeyDown}
        tabIndex={0}
        data-autofocus
        role="group"
        aria-label={t("viewer.label")}
        onWheel={({ deltaY, clientX, clientY }) =>
          zoom(Math.exp(-deltaY / 400), {
            x: clientX - window.innerWidth / 2,
            y: clientY - window.innerHeight / 2,
          })
        }
        onDoubleClick={() => (view.scale > 1 ? setView(FITTING) : zoom(3))}
        {...pan}
      >
        <img
          src={source}
          alt={alt}
          draggable={false}
          onError={() => setBlurred(true)}
          style={{ transform: `translate(${view.x}px, ${view.y}px) scale(${view.scale})` }}
        />
      </div>
      <div className={classes.tools}>
        <Tool label={t("zoom.out")} onClick={() => zoom(1 / STEP)} sign={<IconZoomOut />} />
        <Tool label={t("zoom.in")} onClick={() => zoom(STEP)} sign={<IconZoomIn />} />
        <Tool label={t("viewer.close")} onClick={onClose} sign={<IconX />} />
      </div>
      {back && (
        <div className={classes.side} style={{ left: 12, borderRadius: 8 }}>
          <Tool label={t("detail.previous")} onClick={back} sign={<IconChevronLeft />} />
        </div>
      )}
      {on && (
        <div className={classes.side} style={{ right: 12, borderRadius: 8 }}>
          <Tool label={t("detail.next")} onClick={on} sign={<IconChevronRight />} />
        </div>
      )}
    </Modal>
  );
}

interface ToolProps {
  label: string;
  onClick: () => void;
  sign: ReactNode;
}

function Tool({ label, onClick, sign }: ToolProps) {
  return (
    <ActionIcon variant="subtle" c="white" size="lg" aria-label={label} onClick={onClick}>
      {sign}
    </ActionIcon>
  );
}

/** One pointer moves the picture, two make it larger or smaller. */
function usePan(setView: (change: (view: View) => View) => void) {
  const down = useRef(new Map<number, { x: number; y: number }>());
  const size = () => ({ width: window.innerWidth, height: window.innerHeight });
  const lift = ({ pointerId }: PointerEvent) => void down.current.delete(pointerId);
  return {
    onPointerDown: (event: PointerEvent) => {
      event.currentTarget.setPointerCapture(event.pointerId);
      down.current.set(event.pointerId, { x: event.clientX, y: event.clientY });
    },
    onPointerMove: (event: PointerEvent) => {
      const was = down.current.get(event.pointerId);
      if (was === undefined) return;
      const now = { x: event.clientX, y: event.clientY };
      const other = [...down.current].find(([pointer]) => pointer !== event.pointerId)?.[1];
      down.current.set(event.pointerId, now);
      if (other === undefined) {
        setView((view) => shifted(view, { x: now.x - was.x, y: now.y - was.y }, size()));
        return;
      }
      const apart = (one: typeof now) => Math.hypot(one.x - other.x, one.y - other.y) || 1;
      const { width, height } = size();
      const at = { x: (now.x + other.x - width) / 2, y: (now.y + other.y - height) / 2 };
      setView((view) => zoomed(view, apart(now) / apart(was), at));
    },
    onPointerUp: lift,
    onPointerCancel: lift,
  };
}
