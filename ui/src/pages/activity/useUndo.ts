import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, told } from "@/api/client";
import { keyOf } from "@/api/queries";
import type { RunOut, UndoneOut } from "@/api/schema";
import { sayDone, sayFailed } from "@/parts/notes";
import { count } from "@/parts/numbers";

/** What an undo may change of what is shown. */
const CHANGED = [
  "runs",
  "run",
  "assets",
  "asset",
  "review",
  "models",
  "taxonomies",
  "taxonomy",
  "health",
];

async function undoOne(run: string): Promise<UndoneOut> {
  return told(api.POST("/api/v1/runs/{run}/undo", { params: { path: { run } } }));
}

/** Take runs back, the newest first. Each undo can be undone in turn. */
export function useUndo(onDone: () => void) {
  const { t } = useTranslation("activity");
  const client = useQueryClient();
  const refresh = () =>
    Promise.all(CHANGED.map((part) => client.invalidateQueries({ queryKey: keyOf(part) })));
  const back = useMutation({
    mutationFn: async (undone: readonly UndoneOut[]) => {
      for (const { by } of undone.toReversed()) await undoOne(by);
    },
    onSuccess: () => sayDone(t("said.redone")),
    onError: sayFailed,
    onSettled: refresh,
  });
  const say = (undone: readonly UndoneOut[]) => {
    const assets = undone.reduce((sum, each) => sum + each.assets, 0);
    sayDone(t("said.undone", { count: assets, shown: count(assets) }), () => back.mutate(undone));
    onDone();
  };
  const undo = useMutation({
    mutationFn: async (runs: readonly RunOut[]) => {
      const undone: UndoneOut[] = [];
      for (const { id } of runs) undone.push(await undoOne(id));
      return undone;
    },
    onSuccess: say,
    onError: sayFailed,
    onSettled: refresh,
  });
  const model = useMutation({
    mutationFn: ({ taxonomy, version }: { taxonomy: string; version: number }) =>
      told(
        api.POST("/api/v1/taxonomies/{taxonomy}/models/{version}/undo-tags", {
          params: { path: { taxonomy, version } },
        }),
      ),
    onSuccess: (undone) => say([undone]),
    onError: sayFailed,
    onSettled: refresh,
  });
  const redo = useMutation({
    mutationFn: (run: RunOut) => undoOne(run.id),
    onSuccess: () => sayDone(t("said.redone")),
    onError: sayFailed,
    onSettled: refresh,
  });
  return { undo, model, redo };
}
