import { Text, Tooltip } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { count, percent } from "./numbers";

/** A figure as the server tells it. */
export interface Measured {
  value: number | null;
  low: number | null;
  high: number | null;
  n: number;
}

interface Props {
  of: Measured;
  size?: "sm" | "md" | "xl";
}

/** A share with its 95 % interval and what it was measured on; never the share alone. */
export function Figure({ of, size = "md" }: Props) {
  const { t } = useTranslation();
  if (of.value === null || of.low === null || of.high === null || of.n === 0) {
    return <Text c="dimmed">{t("figure.none")}</Text>;
  }
  const words = {
    low: percent(of.low, 1),
    high: percent(of.high, 1),
    n: count(of.n),
  };
  return (
    <Tooltip label={t("figure.explained", words)} multiline maw={280}>
      <Text component="span" className="figures" tabIndex={0}>
        <Text component="span" fw={650} fz={size === "xl" ? 28 : size}>
          {percent(of.value, 1)}
        </Text>{" "}
        <Text component="span" c="dimmed" fz="sm" className="unbroken">
          {t("figure.interval", words)}
        </Text>
      </Text>
    </Tooltip>
  );
}
