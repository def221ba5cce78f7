/** What people do with models, each with its way back. */
import { type QueryClient, useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, told } from "@/api/client";
import { jobsQuery, keyOf } from "@/api/queries";
import type { ChangedOut, JobOut, PolicyIn, PolicyOut, TrainIn } from "@/api/schema";
import { merged } from "@/app/jobs";
import { sayDone, sayFailed } from "@/parts/notes";
import { count } from "@/parts/numbers";
import type { Contract } from "./report";

/** What another champion, or other tags, change on every page. */
const CHANGED = ["models", "promotions", "assets", "asset", "runs", "review", "health", "jobs"];

function refresh(client: QueryClient): void {
  for (const part of CHANGED) void client.invalidateQueries({ queryKey: keyOf(part) });
}

function queued(client: QueryClient, job: JobOut): void {
  client.setQueryData(jobsQuery().queryKey, (known) => merged(known ?? [], job));
}

export interface Lesson {
  contract: Contract;
  again: boolean;
  /** null: as the champion was learned. */
  recipe: TrainIn["recipe"];
  tuning: TrainIn["tuning"];
}

export function useTraining(taxonomy: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (lesson: Lesson) =>
      told(api.POST("/api/v1/jobs", { body: { kind: "train", taxonomy, ...lesson, seed: 0 } })),
    onSuccess: (job) => queued(client, job),
    onError: sayFailed,
  });
}

export function useTagging(taxonomy: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => told(api.POST("/api/v1/jobs", { body: { kind: "tag", taxonomy } })),
    onSuccess: (job) => queued(client, job),
    onError: sayFailed,
  });
}

function promote(taxonomy: string, version: number, reason: string): Promise<ChangedOut> {
  return told(
    api.POST("/api/v1/taxonomies/{taxonomy}/models/{version}/promote", {
      params: { path: { taxonomy, version } },
      body: { reason },
    }),
  );
}

function rollBack(taxonomy: string, reason: string): Promise<ChangedOut> {
  return told(
    api.POST("/api/v1/taxonomies/{taxonomy}/roll-back", {
      params: { path: { taxonomy } },
      body: { reason },
    }),
  );
}

function undoRun(run: string) {
  return told(api.POST("/api/v1/runs/{run}/undo", { params: { path: { run } } }));
}

/** Make a version champion; the way back is a roll back. */
export function usePromotion(taxonomy: string) {
  const client = useQueryClient();
  const { t } = useTranslation("models");
  return useMutation({
    mutationFn: ({ version, reason }: { version: number; reason: string }) =>
      promote(taxonomy, version, reason),
    onSuccess: ({ promotion: { version, previous } }) => {
      refresh(client);
      const undo = async () => {
        await rollBack(taxonomy, t("back.undoReason"));
        refresh(client);
      };
      const back = previous === null ? undefined : () => void undo().catch(sayFailed);
      sayDone(t("promote.done", { version }), back);
    },
    onError: sayFailed,
  });
}

/**
 * Return to the champion before. The way back: its tags come back first, so that what they say
 * counts as said last, then it is champion again.
 */
export function useRollBack(taxonomy: string) {
  const client = useQueryClient();
  const { t } = useTranslation("models");
  return useMutation({
    mutationFn: (reason: string) => rollBack(taxonomy, reason),
    onSuccess: ({ promotion: { version, previous }, assets, taken_back: taken, run }) => {
      refresh(client);
      const undo = async () => {
        if (previous === null) return;
        if (taken.length > 0) await undoRun(run);
        await promote(taxonomy, previous, t("promote.undoReason"));
        refresh(client);
      };
      const said = t("back.done", { version, count: assets, shown: count(assets) });
      sayDone(said, () => void undo().catch(sayFailed));
    },
    onError: sayFailed,
  });
}

/** Take back every tag of a version; the way back undoes the undo. */
export function useUndoTags(taxonomy: string) {
  const client = useQueryClient();
  const { t } = useTranslation("models");
  return useMutation({
    mutationFn: (version: number) =>
      told(
        api.POST("/api/v1/taxonomies/{taxonomy}/models/{version}/undo-tags", {
          params: { path: { taxonomy, version } },
        }),
      ),
    onSuccess: ({ assets, by }, version) => {
      refresh(client);
      const undo = async () => {
        await undoRun(by);
        refresh(client);
      };
      const said = t("undoTags.done", { version, count: assets, shown: count(assets) });
      sayDone(said, () => void undo().catch(sayFailed));
    },
    onError: sayFailed,
  });
}

function putPolicy(taxonomy: string, body: PolicyIn): Promise<PolicyOut> {
  return told(
    api.PUT("/api/v1/taxonomies/{taxonomy}/policy", { params: { path: { taxonomy } }, body }),
  );
}

/** When a taxonomy is learned again by itself; the way back is the policy before. */
export function usePolicyChange(taxonomy: string) {
  const client = useQueryClient();
  const { t } = useTranslation("models");
  const known = (policy: PolicyOut) => client.setQueryData(keyOf("policy", taxonomy), policy);
  return useMutation({
    mutationFn: ({ policy }: { policy: PolicyIn; before: PolicyIn }) => putPolicy(taxonomy, policy),
    onSuccess: (policy, { before }) => {
      known(policy);
      const undo = async () => known(await putPolicy(taxonomy, before));
      sayDone(t("policy.done"), () => void undo().catch(sayFailed));
    },
    onError: sayFailed,
  });
}
