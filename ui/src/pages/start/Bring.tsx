import { Button, Group, Text, ThemeIcon } from "@mantine/core";
import { IconFolder, IconPhoto, IconPhotoUp, IconSparkles } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, told } from "@/api/client";
import { jobsQuery } from "@/api/queries";
import type { JobOut } from "@/api/schema";
import { merged } from "@/app/jobs";
import { useMay } from "@/app/session";
import { sayFailed } from "@/parts/notes";
import { type Found, usePicker } from "@/upload";
import classes from "./Bring.module.css";

/** The ways in for pictures: drop, pick, or take the sample. */
export function Bring({ onFiles }: { onFiles: (found: Found[]) => void }) {
  const { t } = useTranslation("start");
  const { fields, pickFiles, pickFolder } = usePicker(onFiles);
  return (
    <div className={classes.area}>
      {fields}
      <ThemeIcon size={56} radius="xl" variant="light" aria-hidden>
        <IconPhotoUp size={30} stroke={1.5} />
      </ThemeIcon>
      <Text fw={600} mt="xs">
        {t("bring.drop")}
      </Text>
      <Text c="dimmed" size="sm" mb="sm">
        {t("bring.or")}
      </Text>
      <Group justify="center" gap="sm">
        <Button leftSection={<IconFolder size={18} aria-hidden />} onClick={pickFolder}>
          {t("bring.folder")}
        </Button>
        <Button
          variant="default"
          leftSection={<IconPhoto size={18} aria-hidden />}
          onClick={pickFiles}
        >
          {t("bring.files")}
        </Button>
      </Group>
      <SampleButton />
    </div>
  );
}

/** Pictures for those who only want to see how it goes. */
function SampleButton() {
  const { t } = useTranslation("start");
  const may = useMay("edit");
  const client = useQueryClient();
  const load = useMutation({
    mutationFn: () =>
      told(
        api.POST("/api/v1/imports", {
          body: { sample: true, labels: "folders", only_known: false },
        }),
      ),
    onSuccess: (job) =>
      client.setQueryData<JobOut[]>(jobsQuery().queryKey, (known) => merged(known ?? [], job)),
    onError: sayFailed,
  });
  if (!may) return null;
  return (
    <>
      <Button
        mt="md"
        variant="subtle"
        loading={load.isPending}
        leftSection={<IconSparkles size={18} aria-hidden />}
        onClick={() => load.mutate()}
      >
        {t("bring.sample")}
      </Button>
      <Text c="dimmed" size="xs">
        {t("bring.sampleAbout")}
      </Text>
    </>
  );
}
