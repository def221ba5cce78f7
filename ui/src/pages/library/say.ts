import { useMutation, useQueryClient, type QueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, told } from "@/api/client";
import { keyOf } from "@/api/queries";
import type { RefusedOut } from "@/api/schema";
import { useMay } from "@/app/session";
import { sayDone, sayFailed } from "@/parts/notes";
import { count } from "@/parts/numbers";
import { chunks, type Word } from "./selection";

/** Labels in one request. */
const MOST = 1_000;

interface Said {
  runs: string[];
  decided: number;
  refused: RefusedOut[];
}

/** A person's words on pictures, by taxonomy; told when done, with the way back. */
export function useSay() {
  const { t } = useTranslation("library");
  const client = useQueryClient();
  const mayUndo = useMay("review");
  return useMutation({
    mutationFn: said,
    onSuccess: ({ runs, decided, refused }) => {
      changed(client);
      const text = [
        t("said.done", { count: decided, shown: count(decided) }),
        refused[0] &&
          t("said.refused", {
            count: refused.length,
            shown: count(refused.length),
            why: refused[0].reason,
          }),
      ];
      const back = () => void undone(runs).then(() => changed(client), sayFailed);
      sayDone(text.filter(Boolean).join(" "), mayUndo && runs.length > 0 ? back : undefined);
    },
    onError: (error) => {
      changed(client);
      sayFailed(error);
    },
  });
}

async function said(words: ReadonlyMap<string, readonly Word[]>): Promise<Said> {
  const all: Said = { runs: [], decided: 0, refused: [] };
  for (const [taxonomy, labels] of words) {
    for (const some of chunks(labels, MOST)) {
      const answer = await told(api.POST("/api/v1/labels", { body: { taxonomy, labels: some } }));
      if (answer.run !== null) all.runs.push(answer.run);
      all.decided += answer.decided;
      all.refused.push(...answer.refused);
    }
  }
  return all;
}

async function undone(runs: readonly string[]): Promise<void> {
  for (const run of runs.toReversed()) {
    await told(api.POST("/api/v1/runs/{run}/undo", { params: { path: { run } } }));
  }
}

/** What a person's word changes is asked for again. */
export function changed(client: QueryClient): void {
  for (const part of ["assets", "asset", "runs", "health", "review", "promise"]) {
    void client.invalidateQueries({ queryKey: keyOf(part) });
  }
}
