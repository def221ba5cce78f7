import { Anchor, Group } from "@mantine/core";
import { IconArrowLeft } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useWorkspace } from "@/app/session";

/** The way back to all models. */
export function Back() {
  const { t } = useTranslation("models");
  const ws = useWorkspace();
  return (
    <Group
      maw="var(--page-width)"
      mx="auto"
      px={{ base: "md", sm: "xl" }}
      pt="md"
      mb={{ base: -8, sm: -20 }}
    >
      <Anchor
        size="sm"
        renderRoot={(props) => <Link to="/w/$ws/models" params={{ ws }} {...props} />}
      >
        <Group gap={4} py={4}>
          <IconArrowLeft size={14} aria-hidden />
          {t("model.back")}
        </Group>
      </Anchor>
    </Group>
  );
}
