import { Button } from "@mantine/core";
import { IconCircleCheck, IconInfoCircle, IconTag, IconZoomCheck } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useMay, useWorkspace } from "@/app/session";
import { Empty } from "@/parts/Empty";
import { Loading } from "@/parts/Loading";
import { useAsk } from "../job";
import type { Labels } from "../useLabels";
import { labelledQuery } from "../wire";
import type { State } from "./figures";

const SIGNS = {
  "no-labels": IconTag,
  never: IconZoomCheck,
  refused: IconInfoCircle,
  clean: IconCircleCheck,
} as const;

interface Props {
  labels: Labels;
  state: Exclude<State, "waiting">;
}

/** Nothing is to be looked at: why, and what to do next. */
export function Nothing({ labels, state: told }: Props) {
  const { t } = useTranslation("labels");
  const mayTrain = useMay("train");
  const labelled = useQuery({ ...labelledQuery(labels.taxonomy), enabled: told === "never" }).data;
  if (told === "never" && labelled === undefined) return <Loading />;
  const state = labelled === 0 ? "no-labels" : told;
  const all = labels.report.facets.reduce((sum, { suspects }) => sum + suspects, 0);
  const name = state === "clean" && all > 0 ? "done" : state;
  return (
    <Empty icon={SIGNS[state]} title={t(`empty.${name}.title`)} text={t(`empty.${name}.text`)}>
      {state === "never" && mayTrain && <First taxonomy={labels.taxonomy} />}
      {(state === "no-labels" || state === "refused") && <ToReview taxonomy={labels.taxonomy} />}
    </Empty>
  );
}

function First({ taxonomy }: { taxonomy: string }) {
  const { t } = useTranslation("labels");
  const ask = useAsk(taxonomy);
  return (
    <Button
      leftSection={<IconZoomCheck size={18} aria-hidden />}
      loading={ask.isPending}
      onClick={() => ask.mutate({ kind: "clean" })}
    >
      {t("check.first")}
    </Button>
  );
}

function ToReview({ taxonomy }: { taxonomy: string }) {
  const { t } = useTranslation("labels");
  const ws = useWorkspace();
  return (
    <Button
      renderRoot={(props) => (
        <Link to="/w/$ws/review" params={{ ws }} search={{ taxonomy }} {...props} />
      )}
    >
      {t("empty.review")}
    </Button>
  );
}
