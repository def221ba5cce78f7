import { Alert, Button, Group, Text } from "@mantine/core";
import { IconCloudOff, IconLogin } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import { count } from "@/parts/numbers";
import type { Outbox } from "./outbox";

/** Said while answers cannot be sent: they are safe, and what to do. */
export function Unsent({ outbox }: { outbox: Outbox }) {
  const { t } = useTranslation("review");
  const { unsent, state } = useSyncExternalStore(outbox.subscribe, outbox.snapshot);
  if (state !== "waiting" && state !== "logged-out") return null;
  const isOut = state === "logged-out";
  return (
    <Alert
      color="orange"
      variant="light"
      py={8}
      icon={isOut ? <IconLogin /> : <IconCloudOff />}
      role="alert"
    >
      <Group justify="space-between" gap="xs">
        <Text size="sm">
          {isOut
            ? t("unsent.loggedOut")
            : t("unsent.waiting", { count: unsent, shown: count(unsent) })}
        </Text>
        {isOut ? (
          <Button
            size="compact-sm"
            variant="default"
            renderRoot={(props) => (
              <Link to="/login" search={{ goal: location.pathname }} {...props} />
            )}
          >
            {t("unsent.logIn")}
          </Button>
        ) : (
          <Button size="compact-sm" variant="default" onClick={outbox.hurry}>
            {t("unsent.retry")}
          </Button>
        )}
      </Group>
    </Alert>
  );
}
