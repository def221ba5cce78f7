import { Button } from "@mantine/core";
import { IconTagOff } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useWorkspace } from "@/app/session";

/** Labels in doubt have a page of their own, with how many they are and why. */
export function ToCheck({ taxonomy }: { taxonomy: string }) {
  const { t } = useTranslation("review");
  const ws = useWorkspace();
  return (
    <Button
      variant="subtle"
      leftSection={<IconTagOff size={18} aria-hidden />}
      renderRoot={(props) => (
        <Link to="/w/$ws/labels" params={{ ws }} search={{ taxonomy }} {...props} />
      )}
    >
      {t("empty.suspects.toCheck")}
    </Button>
  );
}
