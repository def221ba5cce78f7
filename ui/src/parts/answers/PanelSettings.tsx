import { ActionIcon, Group, Switch } from "@mantine/core";
import { IconKeyboard } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import classes from "./PanelSettings.module.css";

interface Props {
  isSure: boolean;
  switchSure: () => void;
  /** What the switch of the evidence is called. */
  evidence: string;
  isEvident: boolean;
  switchEvident: () => void;
  help: () => void;
}

/** What is shown beside one picture, at the foot of its panel. */
export function PanelSettings(props: Props) {
  const { t } = useTranslation("review");
  return (
    <div className={classes.settings}>
      <Switch size="xs" label={t("showSure")} checked={props.isSure} onChange={props.switchSure} />
      <Group justify="space-between" wrap="nowrap">
        <Switch
          size="xs"
          label={props.evidence}
          checked={props.isEvident}
          onChange={props.switchEvident}
        />
        <ActionIcon variant="subtle" color="gray" onClick={props.help} aria-label={t("keys")}>
          <IconKeyboard size={20} />
        </ActionIcon>
      </Group>
    </div>
  );
}
