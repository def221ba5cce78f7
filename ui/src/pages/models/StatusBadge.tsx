import { Badge } from "@mantine/core";
import { IconArchive, IconArrowBackUp, IconCrown, IconEyeQuestion } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { ModelStatus } from "./versionRows";

const LOOKS = {
  champion: { icon: IconCrown, variant: "filled", color: "wright" },
  challenger: { icon: IconEyeQuestion, variant: "outline", color: "wright" },
  retired: { icon: IconArchive, variant: "default", color: "gray" },
  undone: { icon: IconArrowBackUp, variant: "default", color: "gray" },
} as const;

/** Where a version stands, by sign and word as well as by colour. */
export function StatusBadge({ status }: { status: ModelStatus }) {
  const { t } = useTranslation("models");
  const { icon: Sign, variant, color } = LOOKS[status];
  return (
    <Badge
      variant={variant}
      color={color}
      tt="none"
      fw={550}
      radius="sm"
      flex="none"
      leftSection={<Sign size={12} aria-hidden />}
      td={status === "undone" ? "line-through" : undefined}
      title={t(`status.${status}.about`)}
    >
      {t(`status.${status}.name`)}
    </Badge>
  );
}
