import { Box, Drawer, Paper } from "@mantine/core";
import { useDebouncedValue, useHotkeys, useMediaQuery } from "@mantine/hooks";
import { useCallback, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { TaxonomyOut } from "@/api/schema";
import { useMay } from "@/app/session";
import { Pane } from "./concept/Pane";
import classes from "./Editor.module.css";
import { Dialogs } from "./editing/Dialogs";
import type { Question } from "./editing/dialogs";
import { ImpactDrawer } from "./editing/ImpactDrawer";
import { PendingBar } from "./editing/PendingBar";
import { useEditing } from "./editing/useEditing";
import { Head } from "./Head";
import { TreeSide } from "./tree/TreeSide";
import type { TreeHandle } from "./tree/TreeView";
import { useSelected } from "./useSelected";

const RESTED = 150;

/** The tree on one side, what is picked in it on the other; on a phone as a sheet. */
export function Editor({ base }: { base: TaxonomyOut }) {
  const { t } = useTranslation(["taxonomy", "app"]);
  const mayEdit = useMay("edit");
  const editing = useEditing(base);
  const { selected, select } = useSelected(editing.tree);
  const [question, ask] = useState<Question | null>(null);
  const [sheet, setSheet] = useState(false);
  const [looking, setLooking] = useState(false);
  const narrow = useMediaQuery("(max-width: 62em)") ?? false;
  const tree = useRef<TreeHandle>(null);
  useTitle(base.name);
  useHotkeys([["mod+z", () => mayEdit && editing.dropLast()]]);
  const show = useCallback(
    (id: string) => {
      select(id);
      setSheet(true);
    },
    [select],
  );
  // Who walks through the tree fast does not ask for everything on the way.
  const [rested] = useDebouncedValue(selected, RESTED, { leading: true });
  const pane = <Pane selected={rested} editing={editing} ask={ask} select={select} />;
  return (
    <Box className={classes.page} data-pending={editing.steps.length > 0 || undefined}>
      <Head editing={editing} mayEdit={mayEdit} ask={ask} />
      <Box className={classes.body}>
        <TreeSide
          className={classes.tree}
          editing={editing}
          selected={selected}
          select={select}
          show={show}
          ask={ask}
          mayEdit={mayEdit}
          handle={tree}
        />
        {!narrow && (
          <Paper component="section" withBorder p="lg" aria-label={t("pane.label")} mih={360}>
            {pane}
          </Paper>
        )}
      </Box>
      {narrow && (
        <Drawer
          opened={sheet && selected !== null}
          onClose={() => setSheet(false)}
          position="bottom"
          size="85%"
          title={<span className="visually-hidden">{t("pane.label")}</span>}
          closeButtonProps={{ "aria-label": t("app:close") }}
        >
          {pane}
        </Drawer>
      )}
      <PendingBar editing={editing} className={classes.bar} look={() => setLooking(true)} />
      <ImpactDrawer opened={looking} close={() => setLooking(false)} editing={editing} />
      <Dialogs
        question={question}
        editing={editing}
        ask={(next) => {
          ask(next);
          if (next === null) tree.current?.focus();
        }}
      />
    </Box>
  );
}

function useTitle(name: string): void {
  useEffect(() => {
    document.title = `${name} · Tagwright`;
  }, [name]);
}
