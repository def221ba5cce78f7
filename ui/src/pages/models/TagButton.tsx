import { Button } from "@mantine/core";
import { IconTags } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { jobsQuery } from "@/api/queries";
import { isOpen } from "@/app/jobs";
import { useMay } from "@/app/session";
import { useTagging } from "./actions";

/** Let the champion decide on every picture it has not decided on yet. */
export function TagButton({ taxonomy, version }: { taxonomy: string; version: number }) {
  const { t } = useTranslation("models");
  const tag = useTagging(taxonomy);
  const jobs = useQuery(jobsQuery()).data ?? [];
  const running = jobs.some((job) => job.kind === "tag" && job.subject === taxonomy && isOpen(job));
  if (!useMay("train")) return null;
  return (
    <Button
      variant="default"
      leftSection={<IconTags size={16} aria-hidden />}
      loading={tag.isPending}
      disabled={running}
      onClick={() => tag.mutate()}
      title={t("tag.about")}
    >
      {t("tag.with", { version })}
    </Button>
  );
}
