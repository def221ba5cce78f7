import { ActionIcon, Group, TextInput } from "@mantine/core";
import { IconArchive, IconPlus, IconSearch } from "@tabler/icons-react";
import { type RefObject, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Ask } from "../editing/dialogs";
import type { Editing } from "../editing/useEditing";
import { Legend } from "./Legend";
import { closedAtFirst, opened, rowsOf } from "./rows";
import { type TreeHandle, TreeView } from "./TreeView";
import classes from "./TreeView.module.css";
import { asked, useAct } from "./useAct";
import { useLook } from "./useLook";

export interface SideProps {
  editing: Editing;
  selected: string | null;
  select: (id: string) => void;
  show: (id: string) => void;
  ask: Ask;
  mayEdit: boolean;
  handle: RefObject<TreeHandle | null>;
}

/** The tree with what finds and adds in it. */
export function TreeSide({ className, ...props }: SideProps & { className?: string }) {
  const { editing, selected, ask, mayEdit } = props;
  const { t } = useTranslation("taxonomy");
  const { tree, touched } = editing;
  const [closed, setClosed] = useState<ReadonlySet<string>>(() => closedAtFirst(tree));
  const [typed, setTyped] = useState("");
  const [retired, setRetired] = useState(false);
  const [naming, setNaming] = useState<string | null>(null);
  const finding = useRef<HTMLInputElement>(null);
  const seen = useSeen(tree, selected, closed, setClosed);
  const rows = useMemo(
    () => rowsOf(tree, { closed: seen, typed, retired, touched }),
    [tree, seen, typed, retired, touched],
  );
  const act = useAct({ ...props, setClosed, setNaming, finding });
  const look = useLook(editing);
  const hasRetired = editing.base.concepts.some((concept) => !concept.live);
  return (
    <section className={className} aria-label={t("tree.label")}>
      <Group gap="xs" wrap="nowrap">
        <TextInput
          ref={finding}
          flex={1}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === "Escape") setTyped("");
            if (event.key !== "ArrowDown" && event.key !== "Enter") return;
            event.preventDefault();
            const first = rows.find((row) => row.found);
            if (first !== undefined) props.select(first.id);
            props.handle.current?.focus();
          }}
          aria-label={t("tree.find")}
          placeholder={t("tree.find")}
          leftSection={<IconSearch size={16} aria-hidden />}
        />
        {hasRetired && (
          <ActionIcon
            size={36}
            variant={retired ? "light" : "default"}
            aria-pressed={retired}
            aria-label={t("tree.retired")}
            title={t("tree.retired")}
            onClick={() => setRetired(!retired)}
          >
            <IconArchive size={18} />
          </ActionIcon>
        )}
        <Legend />
        {mayEdit && selected !== null && (
          <ActionIcon
            size={36}
            variant="default"
            aria-label={t("do.add")}
            title={t("do.add")}
            onClick={() => ask(asked(tree, selected))}
          >
            <IconPlus size={18} />
          </ActionIcon>
        )}
      </Group>
      <div className={classes.frame}>
        <TreeView
          rows={rows}
          look={look}
          selected={selected}
          naming={naming}
          filtered={typed.trim() !== ""}
          mayEdit={mayEdit}
          act={act}
          label={t("tree.label")}
          handle={props.handle}
        />
      </div>
    </section>
  );
}

/** What is closed, without what hides the line that was picked from outside. */
function useSeen(
  tree: Editing["tree"],
  selected: string | null,
  closed: ReadonlySet<string>,
  setClosed: (closed: ReadonlySet<string>) => void,
): ReadonlySet<string> {
  const [last, setLast] = useState(selected);
  if (selected !== last) {
    setLast(selected);
    if (selected !== null) setClosed(opened(tree, closed, selected));
  }
  return closed;
}
