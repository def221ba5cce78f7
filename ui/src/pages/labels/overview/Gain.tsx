import { Anchor, Box, Group, Text } from "@mantine/core";
import { IconEqual, IconTrendingDown, IconTrendingUp } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { modelsQuery } from "@/api/queries";
import { useWorkspace } from "@/app/session";
import { comparisonQuery } from "@/pages/models/queries";
import { isKnown, type Known } from "@/pages/models/report";
import { points } from "@/pages/models/words";
import { count } from "@/parts/numbers";
import { Axis, Interval } from "@/parts/plots/Interval";
import { aroundZero } from "@/parts/plots/scale";
import classes from "./Overview.module.css";
import { before, type Verdict, verdictOf } from "./verdict";

const SIGNS: Record<Verdict, typeof IconEqual> = {
  better: IconTrendingUp,
  worse: IconTrendingDown,
  open: IconEqual,
};

interface Props {
  taxonomy: string;
  version: number;
  /** The version it stood against, where that is known. */
  against: number | null;
}

/** What cleaning brought: the new version against the one before, on the same pictures. */
export function Gain({ taxonomy, version, against }: Props) {
  const { t } = useTranslation("labels");
  const ws = useWorkspace();
  const models = useQuery(modelsQuery(taxonomy)).data ?? [];
  const other = against ?? before(models, version);
  const { data } = useQuery({
    ...comparisonQuery(taxonomy, other ?? 0, version),
    enabled: other !== null,
  });
  if (other === null || data === undefined) return null;
  const params = { ws, taxonomy, a: String(other), b: String(version) };
  return (
    <Box role="status">
      {data.facets.map(({ id, label, figures }) => {
        const gain = figures.overall?.difference;
        return isKnown(gain) ? (
          <Facet key={id} label={data.facets.length > 1 ? label : null} gain={gain} />
        ) : null;
      })}
      <Anchor
        size="sm"
        renderRoot={(props) => (
          <Link to="/w/$ws/models/$taxonomy/compare/$a/$b" params={params} {...props} />
        )}
      >
        {t("gain.compare", { a: other, b: version })}
      </Anchor>
    </Box>
  );
}

function Facet({ label, gain }: { label: string | null; gain: Known }) {
  const { t, i18n } = useTranslation("labels");
  const show = (value: number) => points(value, i18n.language);
  const verdict = verdictOf(gain);
  const Sign = SIGNS[verdict];
  const scale = aroundZero([gain.low, gain.high]);
  return (
    <div className={classes.gain}>
      <div>
        {label && (
          <Text size="sm" c="dimmed">
            {label}
          </Text>
        )}
        <Group gap={8} wrap="nowrap">
          <Sign size={22} aria-hidden />
          <Text fw={650} fz="lg" className="figures">
            {t("gain.points", { shown: show(gain.value) })}
          </Text>
          <Text size="sm" c="dimmed" className="figures">
            {t("gain.interval", { low: show(gain.low), high: show(gain.high), n: count(gain.n) })}
          </Text>
        </Group>
        <Text size="sm">{t(`gain.${verdict}`)}</Text>
      </div>
      <div>
        <Interval of={gain} scale={scale} lines={[0]} />
        <Axis scale={scale} show={show} />
      </div>
    </div>
  );
}
