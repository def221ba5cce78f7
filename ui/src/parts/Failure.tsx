import { Alert, Button, Stack, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/api/errors";

interface Props {
  error: unknown;
  retry?: () => void;
}

/** What went wrong and the way out, in the server's own words where it gave any. */
export function Failure({ error, retry }: Props) {
  const { t } = useTranslation();
  const known = error instanceof ApiError ? error : null;
  return (
    <Alert
      m="md"
      color="red"
      variant="light"
      icon={<IconAlertTriangle />}
      title={t(known ? "failure.title" : "failure.away")}
    >
      <Stack gap="xs" align="flex-start">
        <Text>{known?.message || t("failure.text")}</Text>
        {known?.requestId && (
          <Text size="sm" c="dimmed">
            {t("failure.request", { id: known.requestId })}
          </Text>
        )}
        {retry && (
          <Button size="xs" variant="default" onClick={retry}>
            {t("failure.retry")}
          </Button>
        )}
      </Stack>
    </Alert>
  );
}
