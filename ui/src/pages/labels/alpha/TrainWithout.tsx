import { Button, Group, Text } from "@mantine/core";
import { IconSchool } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useMay, useWorkspace } from "@/app/session";
import { useAsk, useLatest } from "../job";

/** Learn without the labels that were found to harm; nothing is changed of them. */
export function TrainWithout({ taxonomy, isWorth }: { taxonomy: string; isWorth: boolean }) {
  const { t } = useTranslation("labels");
  const ws = useWorkspace();
  const mayTrain = useMay("train");
  const ask = useAsk(taxonomy);
  const { running } = useLatest("train", taxonomy);
  if (!mayTrain) return null;
  return (
    <div>
      <Group gap="sm">
        <Button
          variant={isWorth ? "filled" : "default"}
          leftSection={<IconSchool size={18} aria-hidden />}
          loading={ask.isPending}
          disabled={running !== undefined}
          onClick={() => ask.mutate({ kind: "train", leave_out: true })}
        >
          {t("alpha.train")}
        </Button>
        {ask.isSuccess && (
          <Button
            variant="subtle"
            renderRoot={(props) => <Link to="/w/$ws/models" params={{ ws }} {...props} />}
          >
            {t("alpha.toModels")}
          </Button>
        )}
      </Group>
      <Text size="sm" c="dimmed" mt={6} role="status">
        {t(ask.isSuccess ? "alpha.started" : "alpha.trainAbout")}
      </Text>
    </div>
  );
}
