import { ActionIcon, Button, Kbd, Switch, Text } from "@mantine/core";
import { IconArrowBackUp, IconArrowRight, IconKeyboard } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { count } from "@/parts/numbers";
import type { GridActs } from "./useGridActs";
import type { View } from "./usePile";
import classes from "./Work.module.css";

interface Props {
  view: View;
  acts: GridActs;
  /** The word that is given; null: the label is only taken off. */
  proposed: string | null;
  isSure: boolean;
  switchSure: () => void;
  help: () => void;
}

/** Along the foot: what settles the page, and what takes the last one back. */
export function Actions({ view, acts, proposed, isSure, switchSure, help }: Props) {
  const { t } = useTranslation(["labels", "review"]);
  const { stacks, last } = view;
  const kept = stacks.filter(({ isWrong }) => isWrong).length;
  const corrected = stacks.length - kept;
  const name = kept === 0 ? "all" : corrected === 0 ? "none" : "some";
  const number = corrected === 0 ? kept : corrected;
  const words = {
    count: number,
    shown: count(number),
    kept: count(kept),
    corrected: count(corrected),
    proposed: proposed ?? "",
  };
  return (
    <div className={classes.actions}>
      {stacks.length > 0 && (
        <>
          <Button
            size="md"
            className={classes.settle}
            leftSection={<IconArrowRight size={18} aria-hidden />}
            rightSection={<Kbd className={classes.settleKey}>{t("review:key.enter")}</Kbd>}
            onClick={acts.settle}
          >
            {t(`settle.${proposed === null ? "not" : "to"}.${name}`, words)}
          </Button>
          <Button size="md" variant="default" onClick={acts.markAll}>
            {t(corrected > 0 ? "settle.markAll" : "settle.unmarkAll")}
          </Button>
        </>
      )}
      {last && (
        <>
          <Button
            size="md"
            variant="subtle"
            leftSection={<IconArrowBackUp size={18} aria-hidden />}
            onClick={acts.undo}
            aria-keyshortcuts="u"
          >
            {t("review:undo")}
          </Button>
          <Text size="sm" c="dimmed" className={`figures ${classes.lastWords}`}>
            {t("settle.last", { corrected: count(last.right), kept: count(last.wrong) })}
          </Text>
        </>
      )}
      <div className={classes.gridSettings}>
        <Switch size="xs" label={t("grid.showSure")} checked={isSure} onChange={switchSure} />
        <ActionIcon variant="subtle" color="gray" onClick={help} aria-label={t("review:keys")}>
          <IconKeyboard size={20} />
        </ActionIcon>
      </div>
    </div>
  );
}
