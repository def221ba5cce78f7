import { useSessionStorage } from "@mantine/hooks";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useState } from "react";
import { api, told } from "@/api/client";
import { healthQuery, jobsQuery, keyOf, modelsQuery } from "@/api/queries";
import type { JobOut } from "@/api/schema";
import { merged } from "@/app/jobs";
import { useWorkspace } from "@/app/session";
import { sayFailed } from "@/parts/notes";
import type { Outbox } from "@/parts/answers/outbox";
import { waitingQuery } from "@/parts/answers/waiting";
import { learningOf, type Learning } from "./learning";

interface Learns {
  learning: Learning;
  isSending: boolean;
  start: () => void;
  dismiss: () => void;
}

/** Learning from the answers now: the training, what the gate said, and the tagging after it. */
export function useLearning(taxonomy: string, outbox: Outbox): Learns {
  const client = useQueryClient();
  const ws = useWorkspace();
  const jobs = useQuery(jobsQuery()).data;
  const [watched, watch] = useSessionStorage<string>({
    key: `tagwright.learning.${ws}.${taxonomy}`,
    defaultValue: "",
    getInitialValueInEffect: false,
  });
  const [isSending, setSending] = useState(false);
  const learning = learningOf(jobs ?? [], taxonomy, watched);
  const start = useCallback(() => {
    setSending(true);
    outbox
      .drained()
      .then(() => told(api.POST("/api/v1/jobs", { body: wanted("train", taxonomy) })))
      .then((job) => {
        client.setQueryData<JobOut[]>(keyOf("jobs"), (known) => merged(known ?? [], job));
        watch(job.id);
      })
      .catch(sayFailed)
      .finally(() => setSending(false));
  }, [client, outbox, taxonomy, watch]);
  useTagging(taxonomy, learning);
  useFreshNumbers(taxonomy, learning.kind);
  return { learning, isSending, start, dismiss: () => watch("") };
}

function wanted(kind: "train" | "tag", taxonomy: string) {
  return kind === "train" ? { kind, taxonomy, seed: 0, again: false } : { kind, taxonomy };
}

/** Where the policy does not let a new model tag by itself, learning here still means using it. */
function useTagging(taxonomy: string, learning: Learning): void {
  const isDue = learning.kind === "promoted" && !learning.isTagged;
  useEffect(() => {
    if (!isDue) return;
    const path = { taxonomy };
    told(api.GET("/api/v1/taxonomies/{taxonomy}/policy", { params: { path } }))
      .then((policy) =>
        policy.retag ? null : told(api.POST("/api/v1/jobs", { body: wanted("tag", taxonomy) })),
      )
      .catch(sayFailed);
  }, [isDue, taxonomy]);
}

function useFreshNumbers(taxonomy: string, kind: Learning["kind"]): void {
  const client = useQueryClient();
  useEffect(() => {
    if (kind !== "promoted" && kind !== "kept" && kind !== "fresh") return;
    for (const { queryKey } of [
      waitingQuery(taxonomy),
      healthQuery(taxonomy),
      modelsQuery(taxonomy),
    ]) {
      void client.invalidateQueries({ queryKey });
    }
  }, [client, kind, taxonomy]);
}
