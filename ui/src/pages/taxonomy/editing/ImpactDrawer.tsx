import { Alert, Button, Drawer, Group, Stack, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/api/errors";
import { keyOf } from "@/api/queries";
import { Failure } from "@/parts/Failure";
import { Loading } from "@/parts/Loading";
import { impactQuery } from "../queries";
import { ImpactList, ImpactSum } from "./ImpactParts";
import { useApply } from "./useApply";
import type { Editing } from "./useEditing";

interface Props {
  opened: boolean;
  close: () => void;
  editing: Editing;
}

/** What the changes would do to the pictures, before anything is done. */
export function ImpactDrawer({ opened, close, editing }: Props) {
  const { t } = useTranslation(["taxonomy", "app"]);
  const { base, steps } = editing;
  const fitting = useMemo(() => steps.filter((step) => step.misfit === null), [steps]);
  const edits = useMemo(() => fitting.map((step) => step.edit), [fitting]);
  const asked = useQuery({
    ...impactQuery(base.name, base.version, edits),
    enabled: opened && edits.length > 0,
  });
  const { apply, isPending, conflict, error } = useApply(editing, close);
  const impact = asked.data?.version === base.version ? asked.data : undefined;
  const late = useLate(editing, opened, conflict || (asked.data?.version ?? 0) > base.version);
  return (
    <Drawer
      opened={opened}
      onClose={close}
      position="right"
      size="lg"
      title={t("impact.title")}
      closeButtonProps={{ "aria-label": t("app:close") }}
    >
      <Stack gap="md">
        {late && (
          <Alert color="yellow" icon={<IconAlertTriangle />} title={t("impact.late.title")}>
            {t("impact.late.text", { version: base.version })}
          </Alert>
        )}
        {fitting.length < steps.length && (
          <Alert color="yellow" icon={<IconAlertTriangle />}>
            {t("impact.misfits", { count: steps.length - fitting.length })}
          </Alert>
        )}
        {error !== null && !conflict && <Failure error={error} />}
        {asked.error ? (
          <Failure error={asked.error} retry={retryOf(asked.error, () => void asked.refetch())} />
        ) : impact === undefined ? (
          <Loading />
        ) : (
          <>
            <ImpactSum impact={impact} />
            <ImpactList impact={impact} steps={fitting} />
          </>
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={close}>
            {t("impact.back")}
          </Button>
          <Button
            loading={isPending}
            disabled={impact === undefined || edits.length === 0}
            onClick={() => apply(edits, base.version)}
          >
            {t("impact.do", { count: edits.length })}
          </Button>
        </Group>
        <Text size="sm" c="dimmed" ta="right">
          {t("impact.undo")}
        </Text>
      </Stack>
    </Drawer>
  );
}

/** Whether somebody else's version came in between while this is open; it is fetched then. */
function useLate({ base }: Editing, opened: boolean, noticed: boolean): boolean {
  const client = useQueryClient();
  const [late, setLate] = useState(false);
  useEffect(() => {
    if (!noticed) return;
    setLate(true);
    void client.invalidateQueries({ queryKey: keyOf("taxonomy", base.name) });
  }, [noticed, client, base.name]);
  useEffect(() => {
    if (!opened) setLate(false);
  }, [opened]);
  return late;
}

/** What the server refused it refuses again. */
function retryOf(error: Error, retry: () => void): (() => void) | undefined {
  return error instanceof ApiError && error.status < 500 ? undefined : retry;
}
