import { Button, Card, Group, Radio, Stack, Switch, Text } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { addressOf, api, told } from "@/api/client";
import { jobsQuery } from "@/api/queries";
import type { ExportIn, JobOut } from "@/api/schema";
import { isOpen, merged } from "@/app/jobs";
import { JobProgress } from "@/pages/jobs/JobProgress";
import { titleOf } from "@/pages/jobs/words";
import { sayFailed } from "@/parts/notes";
import { ago, bytes, count } from "@/parts/numbers";
import { Section } from "./Section";

type Format = NonNullable<ExportIn["format"]>;
const FORMATS: readonly Format[] = ["csv", "jsonl", "xmp-zip"];

/** All tags in a file, made by a job and then downloaded. */
export function Export() {
  const { t } = useTranslation("settings");
  const [format, setFormat] = useState<Format>("csv");
  const [suggested, setSuggested] = useState(false);
  const client = useQueryClient();
  const make = useMutation({
    mutationFn: () =>
      told(
        api.POST("/api/v1/exports", {
          body: { format, suggested: suggested && format !== "xmp-zip" },
        }),
      ),
    onSuccess: (job) =>
      client.setQueryData<JobOut[]>(jobsQuery().queryKey, (known) => merged(known ?? [], job)),
    onError: sayFailed,
  });
  return (
    <>
      <Section title={t("export.title")} about={t("export.about")}>
        <Stack maw={640}>
          <Radio.Group
            value={format}
            onChange={(value) => setFormat(value as Format)}
            aria-label={t("export.format")}
          >
            <Stack gap="sm">
              {FORMATS.map((each) => (
                <Radio
                  key={each}
                  value={each}
                  label={t(`export.formats.${each}`)}
                  description={t(`export.formatsAbout.${each}`)}
                />
              ))}
            </Stack>
          </Radio.Group>
          <Switch
            label={t("export.suggested")}
            description={t("export.suggestedAbout")}
            checked={suggested && format !== "xmp-zip"}
            disabled={format === "xmp-zip"}
            onChange={(event) => setSuggested(event.currentTarget.checked)}
          />
          <Button
            style={{ alignSelf: "flex-start" }}
            loading={make.isPending}
            onClick={() => make.mutate()}
          >
            {t("export.make")}
          </Button>
        </Stack>
      </Section>
      <Made />
    </>
  );
}

const SHOWN = 5;

function Made() {
  const { t } = useTranslation(["settings", "jobs"]);
  const { t: tJobs } = useTranslation("jobs");
  const jobs = (useQuery(jobsQuery()).data ?? []).filter(({ kind }) => kind === "export");
  if (jobs.length === 0) return null;
  return (
    <Section title={t("export.made")} about={t("export.madeAbout")}>
      <Stack gap="sm" maw={640}>
        {jobs.slice(0, SHOWN).map((job) => (
          <Card key={job.id} withBorder p="md">
            <Group justify="space-between" wrap="nowrap" mb={isOpen(job) ? "xs" : 0}>
              <div>
                <Text fw={550}>{titleOf(tJobs, job)}</Text>
                {!isOpen(job) && (
                  <Text size="sm" c={job.status === "failed" ? "red" : "dimmed"}>
                    {job.status === "done" ? <Size job={job} /> : job.error}
                  </Text>
                )}
              </div>
              {job.status === "done" && (
                <Button
                  component="a"
                  href={addressOf(`/exports/${job.id}/file`)}
                  download
                  leftSection={<IconDownload size={18} aria-hidden />}
                >
                  {t("export.download")}
                </Button>
              )}
            </Group>
            {isOpen(job) && <JobProgress job={job} />}
          </Card>
        ))}
      </Stack>
    </Section>
  );
}

function Size({ job }: { job: JobOut }) {
  const { t } = useTranslation("settings");
  const { rows, size } = job.result ?? {};
  return (
    <>
      {t("export.holds", { count: Number(rows ?? 0), shown: count(Number(rows ?? 0)) })}
      {" · "}
      {bytes(Number(size ?? 0))}
      {" · "}
      {ago(job.finished_at ?? job.created_at)}
    </>
  );
}
