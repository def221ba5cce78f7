import { Box, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import classes from "./Probability.module.css";
import { percent } from "./numbers";

interface Props {
  p: number;
  /** What p had to reach to be tagged alone. */
  cutoff?: number | null;
}

/** How sure the machine is: a bar with the cut-off on it, and the number beside it. */
export function Probability({ p, cutoff = null }: Props) {
  const { t } = useTranslation();
  return (
    <span className={classes.row} title={t("probability", { p: percent(p, 1) })}>
      <Box className={classes.bar} aria-hidden>
        <Box className={classes.fill} style={{ width: `${p * 100}%` }} />
        {cutoff !== null && <Box className={classes.mark} style={{ left: `${cutoff * 100}%` }} />}
      </Box>
      <Text component="span" size="sm" className="figures">
        {percent(p)}
      </Text>
    </span>
  );
}
