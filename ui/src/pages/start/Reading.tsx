import { Alert, Group, Progress, Stack, Text } from "@mantine/core";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { JobProgress } from "@/pages/jobs/JobProgress";
import { titleOf } from "@/pages/jobs/words";
import { count, span } from "@/parts/numbers";
import { useUploads } from "@/upload";
import type { Begun } from "./useStart";

/** What is on its way in, with the time it will take. */
export function Reading({ begun }: { begun: Begun }) {
  const { t } = useTranslation(["start", "jobs"]);
  const { t: tJobs } = useTranslation("jobs");
  const isFailed = begun.failed !== undefined && begun.reading.length === 0;
  if (begun.uploading + begun.reading.length === 0 && !isFailed) return null;
  return (
    <Stack gap="md">
      {begun.uploading > 0 && <Uploading />}
      {begun.reading
        .filter(({ status }) => status === "running")
        .map((job) => (
          <div key={job.id}>
            <Text fw={550} mb={6}>
              {titleOf(tJobs, job)}
            </Text>
            <JobProgress job={job} />
          </div>
        ))}
      {begun.reading.length > 0 && begun.reading.every(({ status }) => status === "queued") && (
        <Text c="dimmed" role="status">
          {t("reading.queued")}
        </Text>
      )}
      {begun.reading.map(
        (job) =>
          job.error && (
            <Alert key={job.id} color="yellow" variant="light" title={t("reading.again")}>
              {job.error}
            </Alert>
          ),
      )}
      {isFailed && (
        <Alert color="red" variant="light" title={t("reading.failed")}>
          {begun.failed?.error}
        </Alert>
      )}
    </Stack>
  );
}

function Uploading() {
  const { t } = useTranslation("start");
  const { totals, paused, away } = useUploads();
  const left = useTimeLeft(totals.sent, totals.bytes);
  const done = totals.files - totals.waiting - totals.sending;
  return (
    <div>
      <Text fw={550} mb={6} role="status">
        {t(paused ? "reading.paused" : away ? "reading.away" : "reading.uploading")}
      </Text>
      <Progress
        value={totals.bytes > 0 ? (100 * totals.sent) / totals.bytes : 0}
        size="md"
        animated={!paused}
        aria-label={t("reading.uploading")}
      />
      <Group justify="space-between" mt={6} gap="xs">
        <Text size="sm" c="dimmed" className="figures">
          {t("reading.of", { done: count(done), total: count(totals.files) })}
        </Text>
        <Text size="sm" c="dimmed">
          {left !== null && !paused && t("reading.left", { time: span(left) })}
        </Text>
      </Group>
    </div>
  );
}

/** Seconds until all bytes are through, at the pace since the first of them. */
function useTimeLeft(sent: number, total: number): number | null {
  const [began, setBegan] = useState<{ at: number; sent: number } | null>(null);
  const [now, setNow] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setNow(performance.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  if (began === null && now > 0) setBegan({ at: now, sent });
  if (began === null || now - began.at < 2_000 || sent <= began.sent) return null;
  const rate = (sent - began.sent) / ((now - began.at) / 1000);
  return Math.max((total - sent) / rate, 1);
}
