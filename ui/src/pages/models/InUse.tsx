import { Anchor, Group, Stack, Text, ThemeIcon } from "@mantine/core";
import { IconAlertTriangle, IconCircleCheck, IconHourglass } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useWorkspace } from "@/app/session";
import { Failure } from "@/parts/Failure";
import { Figure, type Measured } from "@/parts/Figure";
import { Card } from "./Card";
import classes from "./Models.module.css";
import { agreementQuery, promiseQuery } from "./queries";
import { type FacetReport, isKnown } from "./report";
import { short } from "./words";

interface Props {
  facet: FacetReport;
  taxonomy: string;
  target: number;
}

/** Whether the promise holds in daily use, by people's answers; and how far people agree. */
export function InUse({ facet, taxonomy, target }: Props) {
  const { t } = useTranslation("models");
  const promise = useQuery(promiseQuery(taxonomy));
  const agreement = useQuery(agreementQuery(taxonomy));
  const people = agreement.data?.find((each) => each.facet === facet.id);
  return (
    <Card title={t("use.title")} about={t("use.about")}>
      {promise.error && <Failure error={promise.error} />}
      <Stack gap="lg">
        {promise.data && (
          <Kept
            sampled={promise.data.sampled}
            all={promise.data.all}
            taxonomy={taxonomy}
            target={target}
          />
        )}
        <div>
          <Text fw={600}>{t("use.agreement")}</Text>
          {isKnown(people?.raw) ? (
            <>
              <Figure of={people.raw} />
              <Text size="sm" c="dimmed">
                {t("use.agreementText", { count: people.units })}
              </Text>
            </>
          ) : (
            <Text size="sm" c="dimmed">
              {t("use.agreementNone")}
            </Text>
          )}
        </div>
      </Stack>
    </Card>
  );
}

interface KeptProps {
  sampled: Measured;
  all: Measured;
  taxonomy: string;
  target: number;
}

/** Broken only where even the upper end of the interval lies below what was promised. */
function verdictOf(sampled: Measured, target: number) {
  if (!isKnown(sampled)) return "unknown";
  if (sampled.high < target) return "broken";
  return sampled.low >= target ? "kept" : "open";
}

const SIGNS = {
  kept: { icon: IconCircleCheck, color: "wright" },
  broken: { icon: IconAlertTriangle, color: "red" },
  open: { icon: IconHourglass, color: "gray" },
  unknown: { icon: IconHourglass, color: "gray" },
};

function Kept({ sampled, all, taxonomy, target }: KeptProps) {
  const { t } = useTranslation("models");
  const ws = useWorkspace();
  const verdict = verdictOf(sampled, target);
  const { icon: Sign, color } = SIGNS[verdict];
  return (
    <div>
      <Group gap={8} wrap="nowrap" align="flex-start" mb="xs">
        <ThemeIcon size={24} radius="xl" variant="light" color={color} aria-hidden>
          <Sign size={16} />
        </ThemeIcon>
        <Text fw={600}>{t(`use.${verdict}`, { target: short(target) })}</Text>
      </Group>
      <dl className={classes.figures}>
        <div>
          <dt>{t("use.sampled")}</dt>
          <dd>
            <Figure of={sampled} />
          </dd>
        </div>
        <div>
          <dt>{t("use.all")}</dt>
          <dd>
            <Figure of={all} />
          </dd>
        </div>
      </dl>
      <Anchor
        size="sm"
        renderRoot={(props) => (
          <Link
            to="/w/$ws/review"
            params={{ ws }}
            search={{ taxonomy, kind: "spot-check" }}
            {...props}
          />
        )}
      >
        {t("use.check")}
      </Anchor>
    </div>
  );
}
