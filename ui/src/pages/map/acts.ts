/** What people do with pictures of the map, each with its way back. */
import { type QueryClient, useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, told } from "@/api/client";
import { keyOf } from "@/api/queries";
import { sayDone, sayFailed } from "@/parts/notes";
import { count } from "@/parts/numbers";

/** What a person's word changes, here and on other pages. */
const CHANGED = [
  ...["maps", "map-colours", "assets", "asset", "runs", "health", "review", "promise"],
  ...["taxonomy", "taxonomies"],
];

function refresh(client: QueryClient): Promise<unknown> {
  return Promise.all(CHANGED.map((part) => client.invalidateQueries({ queryKey: keyOf(part) })));
}

export type Action = "label" | "reject" | "review";

/** A whole choice at once. `word` is how the concept is called. */
export interface Act {
  action: Action;
  indices: Uint32Array;
  concept?: string;
  word?: string;
}

export interface Selecting {
  map: string;
  taxonomy: string;
  facet: string;
}

export function useSelect({ map, taxonomy }: Selecting, onDone: () => void) {
  const { t } = useTranslation("map");
  const client = useQueryClient();
  const undo = useUndo();
  return useMutation({
    mutationFn: ({ action, indices, concept }: Act) =>
      told(
        api.POST("/api/v1/maps/{map}/select", {
          params: { path: { map } },
          body: { taxonomy, indices: [...indices], action, concept: concept ?? null },
        }),
      ),
    onSuccess: async ({ run, changed, refused }, { action, word }) => {
      const numbers = { count: changed, shown: count(changed), word };
      const text = [
        t(`said.${action}`, numbers),
        refused > 0 && t("said.refused", { count: refused, shown: count(refused) }),
      ];
      sayDone(text.filter(Boolean).join(" "), run === null ? undefined : () => undo(run));
      onDone();
      await refresh(client);
    },
    onError: sayFailed,
  });
}

/** Which pictures a new concept is made of. */
export type Source = { group: number } | { indices: number[] };

export interface NewConcept {
  source: Source;
  label: string;
  parent: string | null;
}

export function useMakeConcept({ map, taxonomy, facet }: Selecting, onDone: () => void) {
  const { t } = useTranslation("map");
  const client = useQueryClient();
  const undo = useUndo();
  return useMutation({
    mutationFn: ({ source, label, parent }: NewConcept) =>
      told(
        api.POST("/api/v1/maps/{map}/concept", {
          params: { path: { map } },
          body: { taxonomy, facet, label, parent, ...source },
        }),
      ),
    onSuccess: async ({ run, changed }, { label }) => {
      const text = t("said.concept", { count: changed, shown: count(changed), word: label });
      sayDone(text, run === null ? undefined : () => undo(run));
      onDone();
      await refresh(client);
    },
    onError: sayFailed,
  });
}

/** Take a run back, and offer to bring it back in turn. */
function useUndo(): (run: string) => void {
  const { t } = useTranslation("map");
  const client = useQueryClient();
  const take = async (run: string, text: string, again: string): Promise<void> => {
    try {
      const { by } = await told(api.POST("/api/v1/runs/{run}/undo", { params: { path: { run } } }));
      await refresh(client);
      sayDone(text, () => void take(by, again, text));
    } catch (error) {
      sayFailed(error);
    }
  };
  return (run) => void take(run, t("said.takenBack"), t("said.broughtBack"));
}
