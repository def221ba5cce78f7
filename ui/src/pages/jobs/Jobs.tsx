import { Button, Center, Stack, Title } from "@mantine/core";
import { IconListCheck } from "@tabler/icons-react";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, told } from "@/api/client";
import { jobsQuery, keyOf } from "@/api/queries";
import type { JobOut } from "@/api/schema";
import { isOpen } from "@/app/jobs";
import { useWorkspace } from "@/app/session";
import { Empty } from "@/parts/Empty";
import { Failure } from "@/parts/Failure";
import { Loading } from "@/parts/Loading";
import { Page } from "@/parts/Page";
import { EndedJob } from "./EndedJob";
import { folded, joined, sorted } from "./facts";
import classes from "./Jobs.module.css";
import { OpenJob } from "./OpenJob";

export function Jobs() {
  const { t } = useTranslation("jobs");
  // Events tell of every change; one that is missed, as of a short job tried again, is found here.
  const live = useQuery({
    ...jobsQuery(),
    refetchInterval: ({ state }) => (state.data?.some(isOpen) ? 3_000 : false),
  });
  const [wantsOlder, setWantsOlder] = useState(false);
  const older = useOlder(wantsOlder);
  if (live.error) return <Failure error={live.error} retry={() => void live.refetch()} />;
  const jobs = joined(live.data ?? [], older.data?.pages.flatMap(({ items }) => items) ?? []);
  const { open, ended } = sorted(jobs);
  const hasMore = wantsOlder ? older.hasNextPage : (live.data?.length ?? 0) >= 50;
  return (
    <Page title={t("title.page")} about={t("about")}>
      {live.isPending ? <Loading /> : jobs.length === 0 && <NoJobs />}
      <Stack gap="xl">
        {open.length > 0 && (
          <Section title={t("open")}>
            {open.map((job) => (
              <OpenJob key={job.id} job={job} />
            ))}
          </Section>
        )}
        {ended.length > 0 && (
          <Section title={t("ended")}>
            {folded(ended).map((job) => (
              <EndedJob key={job.id} job={job} />
            ))}
          </Section>
        )}
      </Stack>
      {hasMore && (
        <Center mt="lg">
          <Button
            variant="default"
            loading={older.isFetching}
            onClick={() => (wantsOlder ? void older.fetchNextPage() : setWantsOlder(true))}
          >
            {t("older")}
          </Button>
        </Center>
      )}
    </Page>
  );
}

function Section({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <section>
      <Title order={2} size="h4" mb="sm">
        {title}
      </Title>
      <ul className={classes.list}>{children}</ul>
    </section>
  );
}

function NoJobs() {
  const { t } = useTranslation("jobs");
  const ws = useWorkspace();
  return (
    <Empty icon={IconListCheck} title={t("empty.title")} text={t("empty.text")}>
      <Button renderRoot={(props) => <Link to="/w/$ws/start" params={{ ws }} {...props} />}>
        {t("empty.button")}
      </Button>
    </Empty>
  );
}

const PAGE = 100;

/** Jobs before those that are kept live. */
function useOlder(enabled: boolean) {
  return useInfiniteQuery({
    queryKey: keyOf("older-jobs"),
    enabled,
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam: after }): Promise<{ items: JobOut[]; next: string | null }> =>
      told(
        api.GET("/api/v1/jobs", {
          params: { query: { limit: PAGE, ...(after ? { after } : {}) } },
        }),
      ),
    getNextPageParam: ({ next }) => next ?? undefined,
  });
}
