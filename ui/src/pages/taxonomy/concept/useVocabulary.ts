import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, told } from "@/api/client";
import type { VocabularyIo } from "@/api/schema";
import { sayDone, sayFailed } from "@/parts/notes";
import { changed, vocabularyQuery } from "../queries";
import { useUndo } from "../useUndo";

type Word = VocabularyIo["words"][number];

/** The workspace's own words for the concepts of a taxonomy, and the way to change them. */
export function useVocabulary(taxonomy: string) {
  const { t } = useTranslation("taxonomy");
  const client = useQueryClient();
  const undo = useUndo();
  const { data } = useQuery(vocabularyQuery(taxonomy));
  const { mutate, isPending } = useMutation({
    mutationFn: (words: Word[]) =>
      told(
        api.PUT("/api/v1/taxonomies/{taxonomy}/vocabulary", {
          params: { path: { taxonomy } },
          body: { words },
        }),
      ),
    onSuccess: async ({ run }) => {
      await changed(client);
      if (run !== null) sayDone(t("own.done"), () => undo(run));
    },
    onError: sayFailed,
  });
  return { words: data ?? [], put: mutate, isPending };
}
