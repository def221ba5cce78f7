import { useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { sayDone, sayFailed } from "@/parts/notes";
import { changed, undone } from "./queries";

/** Take a run back, and offer to bring it back in turn. */
export function useUndo(): (run: string) => void {
  const { t } = useTranslation("taxonomy");
  const client = useQueryClient();
  return useCallback(
    (run: string) => {
      const take = async (which: string, text: string, again: string) => {
        try {
          const { by } = await undone(which);
          await changed(client);
          sayDone(text, () => void take(by, again, text));
        } catch (error) {
          sayFailed(error);
        }
      };
      void take(run, t("takenBack"), t("broughtBack"));
    },
    [client, t],
  );
}
