import { Button, Group, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import i18next from "i18next";
import { ApiError } from "@/api/errors";

const SHOWN = 7_000;

/** Say that something is done, with the way back. */
export function sayDone(text: string, undo?: () => void): void {
  const id = crypto.randomUUID();
  const take = () => {
    notifications.hide(id);
    undo?.();
  };
  notifications.show({
    id,
    autoClose: SHOWN,
    withBorder: true,
    closeButtonProps: { "aria-label": i18next.t("close") },
    message: (
      <Group justify="space-between" wrap="nowrap">
        <Text size="sm">{text}</Text>
        {undo && (
          <Button size="compact-sm" variant="light" onClick={take}>
            {i18next.t("undo")}
          </Button>
        )}
      </Group>
    ),
  });
}

/** Say what went wrong; it stays until it is read. */
export function sayFailed(error: unknown): void {
  const known = error instanceof ApiError && error.message;
  notifications.show({
    color: "red",
    withBorder: true,
    closeButtonProps: { "aria-label": i18next.t("close") },
    autoClose: false,
    title: i18next.t("failure.title"),
    message: known || i18next.t("failure.text"),
  });
}
