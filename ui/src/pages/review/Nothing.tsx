import { Button } from "@mantine/core";
import { IconChecks } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { api, told } from "@/api/client";
import { useMay, useWorkspace } from "@/app/session";
import { Empty } from "@/parts/Empty";
import { count } from "@/parts/numbers";
import { sayDone, sayFailed } from "@/parts/notes";
import { waitingQuery } from "@/parts/answers/waiting";
import { QUEUES } from "./queues";
import type { Kind } from "./search";
import type { Review } from "./useReview";

interface Props {
  review: Review;
  /** Ask the queue anew. */
  again: () => void;
}

/** The queue is empty: what else there is to do. */
export function Nothing({ review, again }: Props) {
  const { t } = useTranslation("review");
  const { kind, waiting, taxonomy } = review;
  const name = kind === "uncertain" && waiting.model === null ? "noModel" : kind;
  return (
    <Empty icon={IconChecks} title={t(`empty.${name}.title`)} text={t(`empty.${name}.text`)}>
      {waiting.skipped > 0 && <Skipped review={review} again={again} />}
      {kind === "suspects" && (
        <Ask kind="clean" taxonomy={taxonomy} word={t("empty.suspects.button")} />
      )}
      {kind === "uncertain" && (
        <>
          {waiting.model !== null && <Ask kind="tag" taxonomy={taxonomy} word={t("empty.tag")} />}
          <Upload />
        </>
      )}
      <Others review={review} />
    </Empty>
  );
}

function Skipped({ review: { taxonomy, waiting }, again }: Props) {
  const { t } = useTranslation("review");
  const client = useQueryClient();
  const ask = useMutation({
    mutationFn: () => told(api.POST("/api/v1/review/take-up", { body: { taxonomy } })),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: waitingQuery(taxonomy).queryKey });
      again();
    },
    onError: sayFailed,
  });
  const { skipped } = waiting;
  return (
    <Button onClick={() => ask.mutate()} loading={ask.isPending}>
      {t("empty.skipped", { count: skipped, shown: count(skipped) })}
    </Button>
  );
}

function Ask({ kind, taxonomy, word }: { kind: "clean" | "tag"; taxonomy: string; word: string }) {
  const { t } = useTranslation("review");
  const mayTrain = useMay("train");
  const ask = useMutation({
    mutationFn: () => told(api.POST("/api/v1/jobs", { body: { kind, taxonomy } })),
    onSuccess: () => sayDone(t("empty.started")),
    onError: sayFailed,
  });
  if (!mayTrain) return null;
  return (
    <Button onClick={() => ask.mutate()} loading={ask.isPending} disabled={ask.isSuccess}>
      {word}
    </Button>
  );
}

function Upload() {
  const { t } = useTranslation("review");
  const ws = useWorkspace();
  const mayUpload = useMay("upload");
  if (!mayUpload) return null;
  return (
    <Button
      variant="default"
      renderRoot={(props) => <Link to="/w/$ws/library" params={{ ws }} {...props} />}
    >
      {t("empty.upload")}
    </Button>
  );
}

/** The fullest of the other queues. */
function Others({ review: { kind, waiting, choose } }: { review: Review }) {
  const { t } = useTranslation("review");
  const most = (Object.keys(QUEUES) as Kind[])
    .filter((each) => each !== kind && (waiting.queues[each] ?? 0) > 0)
    .sort((a, b) => (waiting.queues[b] ?? 0) - (waiting.queues[a] ?? 0))[0];
  if (most === undefined) return null;
  const shown = count(waiting.queues[most] ?? 0);
  return (
    <Button variant="default" onClick={() => choose({ kind: most, concept: undefined })}>
      {t("list.option", { word: t(`queues.${most}.title`), shown })}
    </Button>
  );
}
