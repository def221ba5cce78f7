import { Badge, type MantineSize } from "@mantine/core";
import { IconCheck, IconRobot, IconUserQuestion, IconX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { EntryOut } from "@/api/schema";
import { percent } from "./numbers";

export type Status = EntryOut["status"];

const LOOKS = {
  confirmed: { icon: IconCheck, variant: "filled", color: "wright" },
  auto: { icon: IconRobot, variant: "light", color: "wright" },
  suggested: { icon: IconUserQuestion, variant: "outline", color: "gray" },
  rejected: { icon: IconX, variant: "transparent", color: "gray" },
} as const;

interface Props {
  label: string;
  status: Status;
  p?: number | null;
  size?: MantineSize;
}

/**
 * A tag and where it stands: by a person, by the machine alone, only suggested, or said not to be.
 * Told apart by sign and outline as well as by colour.
 */
export function Tag({ label, status, p = null, size = "md" }: Props) {
  const { t } = useTranslation();
  const look = LOOKS[status];
  const Sign = look.icon;
  const told = t(`status.${status}`);
  return (
    <Badge
      size={size}
      radius="sm"
      tt="none"
      fw={550}
      variant={look.variant}
      color={look.color}
      td={status === "rejected" ? "line-through" : undefined}
      leftSection={<Sign size={12} aria-hidden />}
      title={p === null ? told : `${told}, ${percent(p, 1)}`}
    >
      <span className="visually-hidden">{told}: </span>
      {label}
    </Badge>
  );
}
