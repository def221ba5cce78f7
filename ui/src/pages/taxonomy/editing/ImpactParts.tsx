import { Box, Group, Stack, Text } from "@mantine/core";
import { IconEye, IconPhoto, IconTargetArrow } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { EditImpactOut, ImpactOut } from "@/api/schema";
import { count } from "@/parts/numbers";
import { Thumbs } from "../concept/Thumbs";
import type { Step } from "./edits";
import { summed } from "./impact";
import { useTelling } from "./useTelling";
import classes from "./Impact.module.css";

/** All changes together. Several may concern one picture: the sum is then the most there can be. */
export function ImpactSum({ impact }: { impact: ImpactOut }) {
  const { t } = useTranslation("taxonomy");
  const { assets, review, models, exact } = summed(impact.edits);
  const key = exact ? "exactly" : "atMost";
  const lines = [
    { icon: IconPhoto, text: t(`impact.assets.${key}`, { count: assets, n: count(assets) }) },
    { icon: IconEye, text: t(`impact.review.${key}`, { count: review, n: count(review) }) },
  ];
  return (
    <Box className={classes.sum}>
      {lines.map(({ icon: Sign, text }) => (
        <Group key={text} gap="sm" wrap="nowrap">
          <Sign size={20} aria-hidden />
          <Text>{text}</Text>
        </Group>
      ))}
      <Group gap="sm" wrap="nowrap" align="flex-start">
        <IconTargetArrow size={20} aria-hidden />
        <Text>
          {models.length === 0
            ? t("impact.noModel")
            : t("impact.model", { version: models.join(", ") })}
        </Text>
      </Group>
    </Box>
  );
}

interface Props {
  impact: ImpactOut;
  steps: readonly Step[];
}

export function ImpactList({ impact, steps }: Props) {
  const tell = useTelling();
  return (
    <Stack component="ol" gap="md" className={classes.list}>
      {impact.edits.map((each, at) => {
        const step = steps[at];
        return (
          <li key={step?.key ?? at}>
            <Text fw={600}>{step && tell(step)}</Text>
            <Details of={each} />
          </li>
        );
      })}
    </Stack>
  );
}

function Details({ of }: { of: EditImpactOut }) {
  const { t } = useTranslation("taxonomy");
  if (of.assets === 0) {
    return (
      <Text size="sm" c="dimmed">
        {t("impact.none")}
      </Text>
    );
  }
  return (
    <>
      <Text size="sm" c="dimmed" mb="xs">
        {t("impact.details", {
          count: of.assets,
          n: count(of.assets),
          labels: count(of.labels),
          machine: count(of.machine),
          review: count(of.review),
        })}
      </Text>
      <Thumbs assets={of.samples} label={t("impact.samples")} />
    </>
  );
}
