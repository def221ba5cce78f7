import { useCallback, useMemo, useState } from "react";
import { workspaceNow } from "@/api/client";
import type { TaxonomyOut } from "@/api/schema";
import { grown, type Tree } from "@/parts/taxonomy";
import { type Edit, type Foreseen, foreseen, type Pending, refused } from "./edits";
import { joined } from "./plans";
import type { Reason } from "./draft";

export interface Editing extends Foreseen {
  tree: Tree;
  /** The taxonomy that is in force. */
  base: TaxonomyOut;
  /** Add an edit; the reason where it does not fit. */
  plan: (...edits: Edit[]) => Reason | null;
  drop: (key: string) => void;
  dropLast: () => void;
  clear: () => void;
}

/** Changes of one taxonomy that are not in force yet. A reload of the page keeps them. */
export function useEditing(base: TaxonomyOut): Editing {
  const place = `tagwright.edits.${workspaceNow()}.${base.name}`;
  const [pending, setPending] = useState(() => kept(place));
  const set = useCallback(
    (change: (now: readonly Pending[]) => readonly Pending[]) =>
      setPending((now) => {
        const next = change(now);
        keep(place, next);
        return next;
      }),
    [place],
  );
  const now = useMemo(() => foreseen(base, pending), [base, pending]);
  const tree = useMemo(() => grown(now.taxonomy), [now.taxonomy]);
  const plan = useCallback(
    (...edits: Edit[]) => {
      const reason = edits.length === 1 ? refused(now.taxonomy, edits[0]!) : null;
      if (reason !== null) return reason;
      const more = edits.map((edit) => ({ key: newKey(), edit }));
      set((before) => more.reduce(joined, before));
      return null;
    },
    [now.taxonomy, set],
  );
  const drop = useCallback((key: string) => set((all) => all.filter((e) => e.key !== key)), [set]);
  const dropLast = useCallback(() => set((all) => all.slice(0, -1)), [set]);
  const clear = useCallback(() => set(() => []), [set]);
  return useMemo(
    () => ({ ...now, tree, base, plan, drop, dropLast, clear }),
    [now, tree, base, plan, drop, dropLast, clear],
  );
}

function newKey(): string {
  return Math.random().toString(36).slice(2);
}

function kept(place: string): readonly Pending[] {
  const found: unknown = JSON.parse(sessionStorage.getItem(place) ?? "[]");
  return Array.isArray(found) ? (found as Pending[]) : [];
}

function keep(place: string, pending: readonly Pending[]): void {
  if (pending.length === 0) sessionStorage.removeItem(place);
  else sessionStorage.setItem(place, JSON.stringify(pending));
}
