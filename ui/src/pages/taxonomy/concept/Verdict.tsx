import { Anchor, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useMay, useWorkspace } from "@/app/session";
import { count } from "@/parts/numbers";
import type { Sign } from "./health";
import classes from "./HealthPart.module.css";
import { SIGNS } from "./Sign";

interface Props {
  sign: Sign;
  missing: number | null;
  model: number | null;
}

/** One sentence on how a concept fares, and what would help. */
export function Verdict({ sign, missing, model }: Props) {
  const { t } = useTranslation("taxonomy");
  const ws = useWorkspace();
  const mayTrain = useMay("train");
  const Icon = SIGNS[sign];
  const text =
    sign === "asks" && missing === null
      ? t("verdict.never")
      : t(`verdict.${sign}`, { count: missing ?? 0, n: count(missing ?? 0) });
  return (
    <div className={classes.verdict}>
      <Icon size={20} stroke={1.7} aria-hidden />
      <Text size="sm">
        {text} {model === null && `${t("verdict.noModel")} `}
        {sign === "untrained" && mayTrain && (
          <Anchor renderRoot={(props) => <Link to="/w/$ws/models" params={{ ws }} {...props} />}>
            {t("verdict.train")}
          </Anchor>
        )}
      </Text>
    </div>
  );
}
