import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, told } from "@/api/client";
import { isConflict } from "@/api/errors";
import { count } from "@/parts/numbers";
import { sayDone } from "@/parts/notes";
import { useUndo } from "../useUndo";
import { changed } from "../queries";
import type { Edit } from "./edits";
import type { Editing } from "./useEditing";

/** Put changes in force, all or none, for the version they were looked at on. */
export function useApply(editing: Editing, done: () => void) {
  const { t } = useTranslation("taxonomy");
  const client = useQueryClient();
  const undo = useUndo();
  const { name } = editing.base;
  const { mutate, isPending, error } = useMutation({
    mutationFn: ({ edits, version }: { edits: Edit[]; version: number }) =>
      told(
        api.POST("/api/v1/taxonomies/{taxonomy}/edits", {
          params: { path: { taxonomy: name } },
          body: { edits, if_version: version },
        }),
      ),
    onSuccess: async ({ run, assets }, { edits }) => {
      editing.clear();
      done();
      await changed(client);
      const text = t("applied", {
        count: edits.length,
        edits: edits.length,
        assets: count(assets),
      });
      sayDone(text, run === null ? undefined : () => undo(run));
    },
  });
  const apply = (edits: Edit[], version: number) => mutate({ edits, version });
  return { apply, isPending, error, conflict: isConflict(error) };
}
