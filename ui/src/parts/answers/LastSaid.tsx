import { Button, Group, Text } from "@mantine/core";
import { type Icon, IconArrowBackUp } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Picture } from "@/parts/Picture";
import classes from "./LastSaid.module.css";

interface Props {
  asset: string;
  icon: Icon;
  /** The answer agrees to something. */
  isYes: boolean;
  said: string;
  undo: () => void;
  /** What the machine had thought. */
  children?: ReactNode;
}

/** The answer given last, and the way back. */
export function LastSaid({ asset, icon: Sign, isYes, said, undo, children }: Props) {
  const { t } = useTranslation("review");
  return (
    <Group gap="sm" wrap="nowrap" className={classes.said} data-yes={isYes || undefined}>
      <div className={classes.picture}>
        <Picture asset={asset} box={160} alt="" eager />
      </div>
      <Sign size={18} aria-hidden className={classes.sign} />
      <div className={classes.words}>
        <Text size="sm" fw={600} truncate>
          <span className="visually-hidden">{t("answered", { said: "" })}</span>
          {said}
        </Text>
        {children}
      </div>
      <Button
        size="compact-sm"
        variant="subtle"
        leftSection={<IconArrowBackUp size={16} aria-hidden />}
        onClick={undo}
        aria-keyshortcuts="u"
      >
        {t("undo")}
      </Button>
    </Group>
  );
}
