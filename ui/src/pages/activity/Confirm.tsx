import { Alert, Button, Group, Skeleton, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, told } from "@/api/client";
import { keyOf } from "@/api/queries";
import type { RunOut } from "@/api/schema";
import { Dialog } from "@/parts/Dialog";
import { count } from "@/parts/numbers";
import { episodesOf, kindOf, modelOf } from "./told";
import { actorWords, sentenceWords } from "./words";

interface Props {
  /** What shall be taken back; null: nothing is asked. */
  runs: readonly RunOut[] | null;
  onClose: () => void;
  onRuns: (runs: readonly RunOut[]) => void;
  onModel: (model: { taxonomy: string; version: number }) => void;
  isBusy: boolean;
}

/** Before something is taken back: what goes, and what stays. */
export function Confirm({ runs, onClose, ...rest }: Props) {
  const { t } = useTranslation("activity");
  return (
    <Dialog opened={runs !== null} onClose={onClose} title={t("confirm.title")}>
      {runs !== null && <Body runs={runs} onClose={onClose} {...rest} />}
    </Dialog>
  );
}

function Body({ runs, onClose, onRuns, onModel, isBusy }: Props & { runs: readonly RunOut[] }) {
  const { t } = useTranslation(["activity", "app"]);
  const { t: own } = useTranslation("activity");
  const first = runs[0]!;
  const model = kindOf(first) === "tag" ? modelOf(first) : null;
  const episode = episodesOf(runs)[0]!;
  return (
    <Stack>
      <Text>
        <Text span fw={600}>
          {t("who", { actor: actorWords(own, first.actor) })}
        </Text>{" "}
        {sentenceWords(own, episode)}
      </Text>
      {runs.length === 1 ? <Effect run={first} /> : <Text>{t("confirm.answers")}</Text>}
      <Alert variant="light">
        {t(kindOf(first) === "decide" ? "confirm.own" : "confirm.safe")}
      </Alert>
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          {t("app:cancel")}
        </Button>
        {model && (
          <Button variant="default" loading={isBusy} onClick={() => onModel(model)}>
            {t("confirm.model", { version: model.version })}
          </Button>
        )}
        <Button loading={isBusy} onClick={() => onRuns(runs)} data-autofocus>
          {t("confirm.button")}
        </Button>
      </Group>
    </Stack>
  );
}

/** What of one run stands, which is what would go. */
function Effect({ run }: { run: RunOut }) {
  const { t } = useTranslation("activity");
  const { data } = useQuery({
    queryKey: keyOf("run", run.id),
    queryFn: () => told(api.GET("/api/v1/runs/{run}", { params: { path: { run: run.id } } })),
    staleTime: 0,
  });
  if (data === undefined) return <Skeleton h={24} />;
  const kind = kindOf(run);
  const tags = Object.values(data.tags).reduce((sum, n) => sum + n, 0);
  const imported = run.summary["imported"];
  const parts: string[] = [];
  if (tags > 0) {
    const pictures = t("confirm.pictures", { count: data.pictures, shown: count(data.pictures) });
    parts.push(t("confirm.tags", { count: tags, shown: count(tags), pictures }));
  }
  if (kind === "import" && typeof imported === "number" && imported > 0) {
    parts.push(t("confirm.imported", { count: imported, shown: count(imported) }));
  }
  if (kind === "upload" || kind === "train" || kind === "edit" || kind === "champion") {
    parts.push(t(`confirm.${kind}`));
  }
  if (kind === "undo") parts.push(t("confirm.undo"));
  return <Text>{parts.join(" ") || t("confirm.nothing")}</Text>;
}
