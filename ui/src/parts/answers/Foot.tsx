import { ActionIcon, Button, Kbd, Switch, Text } from "@mantine/core";
import { IconArrowBackUp, IconKeyboard } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import classes from "./Foot.module.css";

interface Acts {
  settle: () => void;
  markAll: () => void;
  undo: () => void;
}

interface Props {
  acts: Acts;
  /** Null: no page is open. */
  settle: { icon: ReactNode; words: string; markAll: string } | null;
  /** What was settled last; null: nothing yet. */
  last: string | null;
  sure: string;
  isSure: boolean;
  switchSure: () => void;
  help: () => void;
  /** On a narrow screen all buttons share one line; else they wrap, and the first one grows. */
  isOneLine: boolean;
}

/** Along the foot of a page of tiles: what settles it, and what takes the last one back. */
export function Foot(props: Props) {
  const { acts, settle, last } = props;
  const { t } = useTranslation("review");
  return (
    <div className={classes.actions} data-one-line={props.isOneLine || undefined}>
      {settle && (
        <>
          <Button
            size="md"
            className={classes.settle}
            leftSection={settle.icon}
            rightSection={<Kbd className={classes.key}>{t("key.enter")}</Kbd>}
            onClick={acts.settle}
          >
            {settle.words}
          </Button>
          <Button size="md" variant="default" onClick={acts.markAll}>
            {settle.markAll}
          </Button>
        </>
      )}
      {last !== null && (
        <>
          <Button
            size="md"
            variant="subtle"
            leftSection={<IconArrowBackUp size={18} aria-hidden />}
            onClick={acts.undo}
            aria-keyshortcuts="u"
          >
            {t("undo")}
          </Button>
          <Text size="sm" c="dimmed" className={`figures ${classes.lastWords}`}>
            {last}
          </Text>
        </>
      )}
      <div className={classes.settings}>
        <Switch size="xs" label={props.sure} checked={props.isSure} onChange={props.switchSure} />
        <ActionIcon variant="subtle" color="gray" onClick={props.help} aria-label={t("keys")}>
          <IconKeyboard size={20} />
        </ActionIcon>
      </div>
    </div>
  );
}
