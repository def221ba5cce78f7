import { ActionIcon, Button, Kbd, Switch, Text } from "@mantine/core";
import { IconArrowBackUp, IconCheck, IconKeyboard } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { count } from "@/parts/numbers";
import type { View } from "../pile";
import classes from "./Grid.module.css";
import type { GridActs } from "./useGridActs";

interface Props {
  view: View;
  acts: GridActs;
  isSure: boolean;
  switchSure: () => void;
  help: () => void;
}

/** Along the foot: what settles the page, and what takes the last one back. */
export function Actions({ view, acts, isSure, switchSure, help }: Props) {
  const { t } = useTranslation("review");
  const { stacks, last } = view;
  const of = (isWrong: boolean) =>
    stacks.reduce((sum, each) => sum + (each.isWrong === isWrong ? each.items.length : 0), 0);
  const [right, wrong] = [of(false), of(true)];
  const name = wrong === 0 ? "all" : right === 0 ? "none" : "some";
  const number = wrong === 0 ? right : wrong;
  const words = { count: number, shown: count(number), right: count(right), wrong: count(wrong) };
  return (
    <div className={classes.actions}>
      {stacks.length > 0 && (
        <>
          <Button
            size="md"
            leftSection={<IconCheck size={18} aria-hidden />}
            rightSection={<Kbd className={classes.key}>{t("key.enter")}</Kbd>}
            onClick={acts.settle}
          >
            {t(`settle.${name}`, words)}
          </Button>
          <Button size="md" variant="default" onClick={acts.markAll}>
            {t(right > 0 ? "markAll" : "unmarkAll")}
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
            {t("undo")}
          </Button>
          <Text size="sm" c="dimmed" className={`figures ${classes.lastWords}`}>
            {t("settled", { right: count(last.right), wrong: count(last.wrong) })}
          </Text>
        </>
      )}
      <div className={classes.settings}>
        <Switch size="xs" label={t("showSure")} checked={isSure} onChange={switchSure} />
        <ActionIcon variant="subtle" color="gray" onClick={help} aria-label={t("keys")}>
          <IconKeyboard size={20} />
        </ActionIcon>
      </div>
    </div>
  );
}
