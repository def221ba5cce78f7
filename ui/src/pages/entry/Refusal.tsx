import { Alert } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { ApiError } from "@/api/errors";
import { useTranslation } from "react-i18next";

/** Why a form was not taken: our own words where there are any, else the server's. */
export function Refusal({ error, words }: { error: unknown; words?: string | undefined }) {
  const { t } = useTranslation();
  if (!error) return null;
  const told = error instanceof ApiError ? error.message : t("failure.away");
  return (
    <Alert color="red" variant="light" icon={<IconAlertTriangle />} role="alert">
      {words ?? (told || t("failure.text"))}
    </Alert>
  );
}
