import { IconChevronRight } from "@tabler/icons-react";
import { type DragEvent, memo } from "react";
import { useTranslation } from "react-i18next";
import { count } from "@/parts/numbers";
import type { Sign } from "../concept/health";
import { SignMark } from "../concept/Sign";
import { NameField } from "./NameField";
import { nameOf, type Row } from "./rows";
import classes from "./TreeView.module.css";

export interface Look {
  pictures: number | null;
  sign: Sign | null;
  missing: number | null;
  changed: boolean;
}

export interface RowEvents {
  onPick: (id: string) => void;
  onToggle: (ids: readonly string[], open: boolean) => void;
  onRename: (id: string) => void;
  onNamed: (id: string, name: string | null) => void;
  onDrag: (id: string | null) => void;
  onOver: (id: string, event: DragEvent) => void;
  onDrop: (id: string) => void;
}

interface Props extends RowEvents {
  row: Row;
  look: Look;
  domId: string;
  top: number;
  height: number;
  selected: boolean;
  active: boolean;
  filtered: boolean;
  naming: boolean;
  movable: boolean;
  dragged: boolean;
  goal: boolean;
}

const INDENT = 18;

/** One line: a facet or a concept, what it is called, how it fares and how many pictures it has. */
export const TreeRow = memo(function TreeRow(props: Props) {
  const { row, look, selected, filtered, naming, movable, onPick, onDrag, onOver, onDrop } = props;
  const said = useSaid(row, look);
  const { concept, id } = row;
  return (
    <div
      role="treeitem"
      id={props.domId}
      className={classes.row}
      style={{ top: props.top, height: props.height, paddingLeft: (row.level - 1) * INDENT }}
      aria-level={row.level}
      aria-posinset={row.place}
      aria-setsize={row.siblings}
      aria-expanded={row.open ?? undefined}
      aria-selected={selected}
      data-active={props.active || undefined}
      data-goal={props.goal || undefined}
      data-dragged={props.dragged || undefined}
      draggable={movable && concept !== null && !naming}
      onClick={() => onPick(id)}
      onDoubleClick={() => props.onRename(id)}
      onDragStart={(event) => {
        event.dataTransfer.setData("text/plain", nameOf(row));
        event.dataTransfer.effectAllowed = "move";
        onDrag(id);
      }}
      onDragEnd={() => onDrag(null)}
      onDragOver={(event) => onOver(id, event)}
      onDrop={(event) => {
        event.preventDefault();
        onDrop(id);
      }}
    >
      <Toggle row={row} onToggle={props.onToggle} />
      {naming ? (
        <NameField row={row} onNamed={props.onNamed} />
      ) : (
        <span
          className={classes.name}
          data-facet={concept === null || undefined}
          data-retired={(concept !== null && !concept.live) || undefined}
          data-way={(filtered && !row.found) || undefined}
        >
          {nameOf(row)}
        </span>
      )}
      <span className="visually-hidden">{said}</span>
      <Rest look={look} />
    </div>
  );
});

function Toggle({ row, onToggle }: { row: Row; onToggle: RowEvents["onToggle"] }) {
  return (
    <span
      className={classes.toggle}
      data-open={row.open || undefined}
      aria-hidden
      onClick={(event) => {
        if (row.open === null) return;
        event.stopPropagation();
        onToggle([row.id], !row.open);
      }}
      onDoubleClick={(event) => event.stopPropagation()}
    >
      {row.open !== null && <IconChevronRight size={16} />}
    </span>
  );
}

function Rest({ look }: { look: Look }) {
  const { t } = useTranslation("taxonomy");
  return (
    <>
      {look.changed && (
        <span className={classes.changed} aria-hidden>
          {t("changed")}
        </span>
      )}
      {look.sign !== null && <SignMark sign={look.sign} missing={look.missing} />}
      {look.pictures !== null && (
        <span className={classes.count} aria-hidden>
          {count(look.pictures)}
        </span>
      )}
    </>
  );
}

/** All that the line shows beside its name, in words, for those who hear it. */
function useSaid(row: Row, look: Look): string {
  const { t } = useTranslation("taxonomy");
  const parts = [
    row.concept === null ? t(`kind.${row.facet.kind}.name`) : null,
    look.pictures === null
      ? null
      : t("pictures", { count: look.pictures, n: count(look.pictures) }),
    look.sign === null ? null : t(`sign.${look.sign}`),
    look.missing ? t("needsMore", { count: look.missing, n: count(look.missing) }) : null,
    look.changed ? t("changed") : null,
  ];
  return parts.filter((part) => part !== null).join(", ");
}
