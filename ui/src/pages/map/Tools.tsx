import { ActionIcon, Tooltip } from "@mantine/core";
import { useReducedMotion } from "@mantine/hooks";
import {
  type Icon,
  IconHandStop,
  IconLasso,
  IconMaximize,
  IconMinus,
  IconPhoto,
  IconPlus,
} from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import classes from "./Map.module.css";
import type { Scene } from "./scene";
import type { Mode } from "./useGestures";

interface Props {
  scene: Scene;
  mode: Mode;
  onMode: (mode: Mode) => void;
  hasPictures: boolean;
  onPictures: (hasPictures: boolean) => void;
}

/** Buttons on the map for what mouse and keys do too. */
export function Tools({ scene, mode, onMode, hasPictures, onPictures }: Props) {
  const { t } = useTranslation("map");
  const isCalm = useReducedMotion();
  return (
    <div className={classes.tools} role="toolbar" aria-label={t("tools.label")}>
      <Tool
        icon={IconHandStop}
        label={t("tools.move")}
        isOn={mode === "move"}
        onClick={() => onMode("move")}
      />
      <Tool
        icon={IconLasso}
        label={t("tools.lasso")}
        isOn={mode === "lasso"}
        onClick={() => onMode("lasso")}
      />
      <span className={classes.rule} />
      <Tool icon={IconPlus} label={t("tools.nearer")} onClick={() => scene.zoom(1.6)} />
      <Tool icon={IconMinus} label={t("tools.farther")} onClick={() => scene.zoom(1 / 1.6)} />
      <Tool icon={IconMaximize} label={t("tools.all")} onClick={() => scene.fly(null, isCalm)} />
      <span className={classes.rule} />
      <Tool
        icon={IconPhoto}
        label={t("tools.pictures")}
        isOn={hasPictures}
        onClick={() => onPictures(!hasPictures)}
      />
    </div>
  );
}

interface ToolProps {
  icon: Icon;
  label: string;
  isOn?: boolean;
  onClick: () => void;
}

function Tool({ icon: Sign, label, isOn, onClick }: ToolProps) {
  return (
    <Tooltip label={label} position="right">
      <ActionIcon
        size={34}
        variant={isOn ? "filled" : "subtle"}
        color={isOn ? undefined : "gray"}
        aria-label={label}
        aria-pressed={isOn}
        onClick={onClick}
      >
        <Sign size={19} stroke={1.7} />
      </ActionIcon>
    </Tooltip>
  );
}
