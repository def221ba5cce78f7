import { Button, Group, Paper, Stack, Text } from "@mantine/core";
import { IconSchool } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { modelsQuery } from "@/api/queries";
import { useMay } from "@/app/session";
import { useOutbox } from "@/parts/answers/useOutbox";
import { waitingQuery } from "@/parts/answers/waiting";
import { isBusy } from "@/parts/learning/learning";
import { Outcome } from "@/parts/learning/Outcome";
import { useLearning } from "@/parts/learning/useLearning";
import { count } from "@/parts/numbers";
import { Gain } from "./Gain";

/** "You changed 37 labels since model 4 learned": learn again, and what it gained. */
export function Retrain({ taxonomy }: { taxonomy: string }) {
  const { t } = useTranslation("labels");
  const mayTrain = useMay("train");
  const changed = useQuery(waitingQuery(taxonomy)).data?.answers ?? 0;
  const newest = useQuery(modelsQuery(taxonomy)).data?.[0];
  const { learning, isSending, start, dismiss } = useLearning(taxonomy, useOutbox());
  const isAtWork = isBusy(learning);
  const asks = changed > 0 && newest !== undefined && !isAtWork;
  if (!asks && learning.kind === "idle") return null;
  return (
    <Paper component="section" withBorder radius="lg" p={{ base: "md", sm: "lg" }}>
      <Stack gap="sm">
        {asks && (
          <Group justify="space-between" gap="sm">
            <div>
              <Text component="h2" m={0} fz="lg" fw={650}>
                {t("retrain.changed", {
                  count: changed,
                  shown: count(changed),
                  version: newest.version,
                })}
              </Text>
              <Text size="sm" c="dimmed">
                {t("retrain.about")}
              </Text>
            </div>
            {mayTrain && (
              <Button
                leftSection={<IconSchool size={18} aria-hidden />}
                loading={isSending}
                onClick={start}
              >
                {t("retrain.button")}
              </Button>
            )}
          </Group>
        )}
        {learning.kind !== "idle" && (
          <Outcome learning={learning} taxonomy={taxonomy} dismiss={isAtWork ? null : dismiss} />
        )}
        {"basis" in learning && (
          <Gain taxonomy={taxonomy} version={learning.version} against={learning.against} />
        )}
      </Stack>
    </Paper>
  );
}
