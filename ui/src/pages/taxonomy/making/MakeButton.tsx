import { Alert, Button, Group } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Making } from "./useMaking";

interface Props {
  making: Making;
  ready: boolean;
}

/** What the server said where it refused, in place, and the button. */
export function MakeButton({ making, ready }: Props) {
  const { t } = useTranslation(["taxonomy", "app"]);
  return (
    <>
      {making.error && (
        <Alert
          color="red"
          variant="light"
          role="alert"
          icon={<IconAlertTriangle />}
          title={t("app:failure.title")}
        >
          {making.error.message || t("app:failure.text")}
        </Alert>
      )}
      <Group justify="flex-end">
        <Button type="submit" loading={making.isPending} disabled={!ready}>
          {t("make.do")}
        </Button>
      </Group>
    </>
  );
}
