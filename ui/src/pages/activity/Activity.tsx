import { Button, Center, Group, Select } from "@mantine/core";
import { IconActivity } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, told } from "@/api/client";
import { keyOf } from "@/api/queries";
import type { RunOut, RunsOut } from "@/api/schema";
import { useWorkspace } from "@/app/session";
import { Empty } from "@/parts/Empty";
import { Failure } from "@/parts/Failure";
import { Loading } from "@/parts/Loading";
import { Page } from "@/parts/Page";
import classes from "./Activity.module.css";
import { Confirm } from "./Confirm";
import { Row } from "./Row";
import { episodesOf, KINDS } from "./told";
import { useUndo } from "./useUndo";
import { actorWords } from "./words";

export function Activity() {
  const { t } = useTranslation("activity");
  const [kind, setKind] = useState<string | null>(null);
  const [actor, setActor] = useState<string | null>(null);
  const [asked, setAsked] = useState<readonly RunOut[] | null>(null);
  const found = useRuns(kind, actor);
  const runs = found.data?.pages.flatMap(({ items }) => items) ?? [];
  const { undo, model, redo } = useUndo(() => setAsked(null));
  if (found.error) return <Failure error={found.error} retry={() => void found.refetch()} />;
  return (
    <Page
      title={t("title")}
      about={t("about")}
      actions={
        <Filters kind={kind} actor={actor} runs={runs} onKind={setKind} onActor={setActor} />
      }
    >
      {found.isPending && <Loading />}
      {found.data && runs.length === 0 && <Nothing isFiltered={kind !== null || actor !== null} />}
      {runs.length > 0 && (
        <ul className={classes.list}>
          {episodesOf(runs).map((episode) => (
            <Row
              key={episode.first.id}
              episode={episode}
              runs={runs}
              onUndo={setAsked}
              onRedo={(run) => redo.mutate(run)}
            />
          ))}
        </ul>
      )}
      {found.hasNextPage && (
        <Center mt="lg">
          <Button
            variant="default"
            loading={found.isFetchingNextPage}
            onClick={() => void found.fetchNextPage()}
          >
            {t("older")}
          </Button>
        </Center>
      )}
      <Confirm
        runs={asked}
        onClose={() => setAsked(null)}
        onRuns={(some) => undo.mutate(some)}
        onModel={(some) => model.mutate(some)}
        isBusy={undo.isPending || model.isPending}
      />
    </Page>
  );
}

const PAGE = 100;

function useRuns(kind: string | null, actor: string | null) {
  return useInfiniteQuery({
    queryKey: keyOf("runs", kind, actor),
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam: after }): Promise<RunsOut> =>
      told(
        api.GET("/api/v1/runs", {
          params: {
            query: {
              limit: PAGE,
              ...(after ? { after } : {}),
              ...(kind ? { kind } : {}),
              ...(actor ? { actor } : {}),
            },
          },
        }),
      ),
    getNextPageParam: ({ next }) => next ?? undefined,
    // Answers and taggings come in from elsewhere too.
    refetchInterval: 15_000,
  });
}

interface FiltersProps {
  kind: string | null;
  actor: string | null;
  runs: readonly RunOut[];
  onKind: (kind: string | null) => void;
  onActor: (actor: string | null) => void;
}

function Filters({ kind, actor, runs, onKind, onActor }: FiltersProps) {
  const { t } = useTranslation("activity");
  const [known, setKnown] = useState<readonly string[]>([]);
  const actors = [...new Set([...known, ...runs.map((run) => run.actor)])].sort();
  // Those that were seen stay in the list while only one of them is shown.
  if (actors.length > known.length) setKnown(actors);
  return (
    <Group gap="xs">
      <Select
        aria-label={t("filter.kind")}
        placeholder={t("filter.kind")}
        data={KINDS.map((each) => ({ value: each, label: t(`kind.${each}`) }))}
        value={kind}
        onChange={onKind}
        clearable
        clearButtonProps={{ "aria-label": t("filter.clear") }}
        w={190}
      />
      <Select
        aria-label={t("filter.actor")}
        placeholder={t("filter.actor")}
        data={actors.map((each) => ({ value: each, label: actorWords(t, each) }))}
        value={actor}
        onChange={onActor}
        clearable
        clearButtonProps={{ "aria-label": t("filter.clear") }}
        w={190}
      />
    </Group>
  );
}

function Nothing({ isFiltered }: { isFiltered: boolean }) {
  const { t } = useTranslation("activity");
  const ws = useWorkspace();
  if (isFiltered) {
    return <Empty icon={IconActivity} title={t("none.title")} text={t("none.text")} />;
  }
  return (
    <Empty icon={IconActivity} title={t("empty.title")} text={t("empty.text")}>
      <Button renderRoot={(props) => <Link to="/w/$ws/start" params={{ ws }} {...props} />}>
        {t("empty.button")}
      </Button>
    </Empty>
  );
}
