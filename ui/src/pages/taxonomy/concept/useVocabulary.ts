import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, told } from "@/api/client";
import { isConflict } from "@/api/errors";
import type { VocabularyIn } from "@/api/schema";
import { sayDone, sayFailed } from "@/parts/notes";
import { changed, vocabularyQuery } from "../queries";
import { useUndo } from "../useUndo";

type Words = VocabularyIn["words"];

/**
 * The workspace's own words for the concepts of a taxonomy, and the way to change them: `put` tells
 * whether they are in force, and `late` that somebody else's came first, which are shown then.
 */
export function useVocabulary(taxonomy: string) {
  const { t } = useTranslation("taxonomy");
  const client = useQueryClient();
  const undo = useUndo();
  const { data } = useQuery(vocabularyQuery(taxonomy));
  const { mutateAsync, isPending, error } = useMutation({
    mutationFn: (words: Words) =>
      told(
        api.PUT("/api/v1/taxonomies/{taxonomy}/vocabulary", {
          params: { path: { taxonomy } },
          body: { words, if_version: data?.version },
        }),
      ),
    onSuccess: async ({ run }) => {
      await changed(client);
      if (run !== null) sayDone(t("own.done"), () => undo(run));
    },
    onError: (failed) => (isConflict(failed) ? changed(client) : sayFailed(failed)),
  });
  const put = (words: Words) =>
    mutateAsync(words).then(
      () => true,
      () => false,
    );
  return { words: data?.words, put, isPending, late: isConflict(error) };
}
