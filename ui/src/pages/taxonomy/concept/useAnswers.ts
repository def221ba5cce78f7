import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useState } from "react";
import { api, told } from "@/api/client";
import { ApiError } from "@/api/errors";
import { keyOf } from "@/api/queries";
import { sayFailed } from "@/parts/notes";
import { undone } from "../queries";

export interface Said {
  yes: boolean;
  /** What takes it back; not there before the server has it. */
  run?: string;
}

/** Answers to single pictures: shown at once, taken back where the server did not take them. */
export function useAnswers(taxonomy: string, concept: string) {
  const client = useQueryClient();
  const [answers, setAnswers] = useState<ReadonlyMap<string, Said>>(new Map());
  const set = useCallback((asset: string, said: Said | null) => {
    setAnswers((now) => {
      const next = new Map(now);
      if (said === null) next.delete(asset);
      else next.set(asset, said);
      return next;
    });
  }, []);
  const answer = useCallback(
    async (asset: string, yes: boolean): Promise<void> => {
      set(asset, { yes });
      try {
        set(asset, { yes, run: await sent(taxonomy, concept, asset, yes) });
        await client.invalidateQueries({ queryKey: keyOf("assets") });
      } catch (error) {
        set(asset, null);
        sayFailed(error);
      }
    },
    [client, taxonomy, concept, set],
  );
  const takeBack = useCallback(
    async (asset: string) => {
      const said = answers.get(asset);
      if (said?.run === undefined) return;
      set(asset, null);
      try {
        await undone(said.run);
        await client.invalidateQueries({ queryKey: keyOf("assets") });
      } catch (error) {
        set(asset, said);
        sayFailed(error);
      }
    },
    [answers, client, set],
  );
  return { answers, answer, takeBack };
}

/** The run that takes the answer back. */
async function sent(
  taxonomy: string,
  concept: string,
  asset: string,
  yes: boolean,
): Promise<string> {
  const labels = [{ asset, concept, positive: yes }];
  const decided = await told(api.POST("/api/v1/labels", { body: { taxonomy, labels } }));
  const refused = decided.refused[0];
  if (refused !== undefined) throw new ApiError(refused.status, refused.reason);
  return decided.run ?? "";
}
