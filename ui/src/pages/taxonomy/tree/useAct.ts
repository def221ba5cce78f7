import { notifications } from "@mantine/notifications";
import { type RefObject, useMemo } from "react";
import { useTranslation } from "react-i18next";
import i18next from "i18next";
import type { ConceptOut } from "@/api/schema";
import { rootsOf, type Tree } from "@/parts/taxonomy";
import type { Question } from "../editing/dialogs";

import { type Edit, refused } from "../editing/edits";
import type { SideProps } from "./TreeSide";
import type { Act } from "./TreeView";

interface Given extends SideProps {
  setClosed: (change: (closed: ReadonlySet<string>) => ReadonlySet<string>) => void;
  setNaming: (id: string | null) => void;
  finding: RefObject<HTMLInputElement | null>;
}

/** What the tree can be told to do, by mouse and by key. */
export function useAct(given: Given): Act {
  const { editing, select, show, ask, mayEdit, handle, setClosed, setNaming, finding } = given;
  const { t } = useTranslation("taxonomy");
  return useMemo(() => {
    const { tree } = editing;
    const plan = (edit: Edit) => {
      const reason = editing.plan(edit);
      if (reason === null || reason === "same") return;
      notifications.show({ color: "yellow", withBorder: true, message: t(`reason.${reason}`) });
    };
    return {
      pick: select,
      show,
      toggle: (ids, open) => setClosed((closed) => toggled(closed, ids, open)),
      startNaming: (id) => mayEdit && tree.byId.has(id) && setNaming(id),
      named: (id, name) => {
        setNaming(null);
        handle.current?.focus();
        const edit = renaming(tree, id, name);
        if (edit !== null) plan(edit);
      },
      remove: (id) => tree.byId.get(id)?.live && ask({ ask: "retire", concept: id }),
      add: (id) => ask(asked(tree, id)),
      find: () => finding.current?.focus(),
      back: editing.dropLast,
      mayMove: (id, onto) => {
        const edit = moving(tree, id, onto);
        return edit === null ? "facet" : refused(editing.taxonomy, edit);
      },
      move: (id, onto) => {
        const edit = moving(tree, id, onto);
        if (edit !== null) plan(edit);
        select(id);
      },
    };
  }, [editing, select, show, ask, mayEdit, handle, setClosed, setNaming, finding, t]);
}

function toggled(
  closed: ReadonlySet<string>,
  ids: readonly string[],
  open: boolean,
): ReadonlySet<string> {
  const next = new Set(closed);
  for (const id of ids) {
    if (open) next.delete(id);
    else next.add(id);
  }
  return next;
}

/** The question where new concepts go, asked at a concept or a facet. */
export function asked(tree: Tree, id: string): Question {
  const concept = tree.byId.get(id);
  if (concept === undefined) {
    const facet = tree.taxonomy.facets.find((each) => rootsOf(each.id) === id);
    return { ask: "add", facet: facet?.id ?? "", below: null, beside: null };
  }
  return { ask: "add", facet: concept.facet, below: id, beside: concept.parent };
}

/** In the language whose word is shown; null where nothing changes. */
function renaming(tree: Tree, id: string, name: string | null): Edit | null {
  const concept = tree.byId.get(id);
  if (concept === undefined || name === null || !name.trim()) return null;
  const language = shownLanguage(concept);
  const old = language === null ? concept.label : concept.labels[language];
  return old === name.trim() ? null : { op: "rename", concept: id, label: name, language };
}

/** null: the taxonomy's own. */
function shownLanguage(concept: ConceptOut): string | null {
  return i18next.language in concept.labels ? i18next.language : null;
}

function moving(tree: Tree, id: string, onto: string): Edit | null {
  const concept = tree.byId.get(id);
  const goal = tree.byId.get(onto);
  if (concept === undefined) return null;
  if (goal !== undefined) return { op: "move", concept: id, parent: goal.id };
  return onto === rootsOf(concept.facet) ? { op: "move", concept: id, parent: null } : null;
}
