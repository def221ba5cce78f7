import { Button, Popover, Stack, Text } from "@mantine/core";
import { IconAlertTriangle, IconInfoCircle } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { MapOut } from "@/api/schema";
import { count, moment, percent } from "@/parts/numbers";
import classes from "./Map.module.css";
import { purityOf, worthOf } from "./quality";

/** How much of what tells pictures apart this map keeps, and what follows from it. */
export function About({ map }: { map: MapOut }) {
  const { t } = useTranslation("map");
  const purity = purityOf(map.clusters);
  const worth = worthOf(purity, map.variance_2d);
  const Sign = worth === "poor" ? IconAlertTriangle : IconInfoCircle;
  return (
    <Popover width={360} position="bottom-end" shadow="md" trapFocus>
      <Popover.Target>
        <Button
          variant="subtle"
          color={worth === "poor" ? "orange" : "gray"}
          c={worth === "poor" ? "var(--mantine-color-text)" : undefined}
          size="sm"
          className={classes.about}
          leftSection={<Sign size={17} aria-hidden />}
        >
          {t("about.short", {
            count: map.pictures,
            shown: count(map.pictures),
            worth: t(`worth.${worth}`),
          })}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <Stack gap="xs" tabIndex={-1}>
          <Text fw={650}>{t(`about.${worth}`)}</Text>
          <Text size="sm">
            {t("about.components", {
              count: map.components,
              shown: count(map.components),
              share: percent(map.variance),
              two: percent(map.variance_2d),
            })}
          </Text>
          {purity && (
            <Text size="sm">
              {t("about.purity", {
                share: percent(purity.share),
                low: percent(purity.low),
                high: percent(purity.high),
                n: count(purity.n),
              })}
            </Text>
          )}
          <Text size="sm">{t(`about.means.${worth}`)}</Text>
          <Text size="sm">{t(`about.${map.method}`)}</Text>
          <Text size="sm" c="dimmed">
            {t("about.made", { when: moment(map.at) })}
            {map.placed_since > 0 &&
              ` ${t("about.placed", { count: map.placed_since, shown: count(map.placed_since) })}`}
            {map.waiting > 0 &&
              ` ${t("about.waiting", { count: map.waiting, shown: count(map.waiting) })}`}
          </Text>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
