import { Button, Group, Radio, Select, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { taxonomiesQuery } from "@/api/queries";
import type { MapIn } from "@/api/schema";
import { Dialog } from "@/parts/Dialog";
import { useDraw, USUAL } from "./MapJobs";

interface Props {
  taxonomy: string | null;
  onClose: () => void;
}

const VIEWS = ["semantic", "detail"] as const;
const METHODS = ["tsne", "pca"] as const;

/** How a new map is to be drawn. The usual choices are made already. */
export function NewMap({ taxonomy, onClose }: Props) {
  const { t } = useTranslation(["map", "app"]);
  const taxonomies = useQuery(taxonomiesQuery()).data ?? [];
  const draw = useDraw();
  const [wanted, setWanted] = useState<MapIn>({ ...USUAL, taxonomy });
  return (
    <Dialog opened onClose={onClose} title={t("new.title")}>
      <Stack>
        <Radio.Group
          label={t("new.view")}
          value={wanted.view}
          onChange={(view) => setWanted({ ...wanted, view: view as (typeof VIEWS)[number] })}
        >
          <Stack gap="xs" mt={6}>
            {VIEWS.map((view) => (
              <Radio
                key={view}
                value={view}
                label={t(`new.${view}`)}
                description={t(`new.${view}About`)}
              />
            ))}
          </Stack>
        </Radio.Group>
        <Radio.Group
          label={t("new.method")}
          value={wanted.method}
          onChange={(method) =>
            setWanted({ ...wanted, method: method as (typeof METHODS)[number] })
          }
        >
          <Stack gap="xs" mt={6}>
            {METHODS.map((method) => (
              <Radio
                key={method}
                value={method}
                label={t(`new.${method}`)}
                description={t(`new.${method}About`)}
              />
            ))}
          </Stack>
        </Radio.Group>
        {taxonomies.length > 1 && (
          <Select
            label={t("new.taxonomy")}
            data={taxonomies.map(({ name }) => name)}
            value={wanted.taxonomy ?? null}
            onChange={(name) => setWanted({ ...wanted, taxonomy: name })}
          />
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t("app:cancel")}
          </Button>
          <Button
            loading={draw.isPending}
            onClick={() => draw.mutate(wanted, { onSuccess: onClose })}
          >
            {t("new.draw")}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}
