import {
  IconArchive,
  IconFolder,
  IconPhotoPlus,
  IconRobot,
  IconSchool,
  IconSparkles,
  IconUserQuestion,
} from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { count } from "@/parts/numbers";
import classes from "../tree/TreeView.module.css";
import type { Sign } from "./health";

export const SIGNS = {
  alone: IconRobot,
  asks: IconUserQuestion,
  few: IconPhotoPlus,
  untrained: IconSchool,
  group: IconFolder,
  retired: IconArchive,
  new: IconSparkles,
} as const satisfies Record<Sign, unknown>;

interface Props {
  sign: Sign;
  /** How many more pictures it takes to the next better one. */
  missing: number | null;
}

/** How a concept fares, by its shape and a number; what it means is in its title. */
export function SignMark({ sign, missing }: Props) {
  const { t } = useTranslation("taxonomy");
  const Icon = SIGNS[sign];
  return (
    <span className={classes.sign} data-sign={sign} title={t(`sign.${sign}`)} aria-hidden>
      {missing !== null && missing > 0 && t("needs", { n: count(missing) })}
      <Icon size={16} stroke={1.7} />
    </span>
  );
}
