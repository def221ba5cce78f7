import { Button, Group, Paper, Stack, Text } from "@mantine/core";
import { IconArrowRight, IconLayoutGrid } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useMay } from "@/app/session";
import { Figure } from "@/parts/Figure";
import { ago, count, moment } from "@/parts/numbers";
import { REASONS, type Reason } from "../search";
import { type Labels, only } from "../useLabels";
import { waitingSuspectsQuery } from "../wire";
import { labelsOf } from "./figures";
import classes from "./Overview.module.css";

/** "128 of 2,412 labels look wrong", how much that makes, and the way to them. */
export function Summary({ labels }: { labels: Labels }) {
  const { t } = useTranslation("labels");
  const { report } = labels;
  const at = report.checked_at ?? "";
  const words = {
    count: report.waiting,
    shown: count(report.waiting),
    of: count(labelsOf(report)),
  };
  return (
    <Paper component="section" withBorder radius="lg" p={{ base: "md", sm: "xl" }}>
      <div className={classes.summary}>
        <Stack gap="md">
          <div>
            <Text component="h2" m={0} fz={{ base: 22, sm: 28 }} fw={650} lh={1.2}>
              {t("summary.wrong", words)}
            </Text>
            <Text size="sm" c="dimmed" mt={6} title={moment(at)}>
              {t("summary.checked", { when: ago(at) })}
            </Text>
          </div>
          <Estimates labels={labels} />
        </Stack>
        {report.waiting > 0 && <Ways labels={labels} />}
      </div>
      {report.waiting > 0 && <Reasons labels={labels} />}
    </Paper>
  );
}

/** The estimated share of wrong labels of each facet, or why there is none. */
function Estimates({ labels }: { labels: Labels }) {
  const { t } = useTranslation("labels");
  const facets = labels.report.facets;
  return (
    <dl className={classes.estimates}>
      {facets.map((facet) => (
        <div key={facet.facet}>
          <dt>
            {facets.length > 1 ? t("summary.of", { facet: facet.label }) : t("summary.share")}
          </dt>
          <dd>
            {facet.refused !== null ? (
              <Text size="sm" maw={480}>
                {t("summary.refused", { why: facet.refused })}
              </Text>
            ) : (
              facet.wrong && (
                <>
                  <Figure of={facet.wrong} size={facets.length > 1 ? "md" : "xl"} />
                  <Text size="xs" c="dimmed" maw={420}>
                    {t(`summary.open.${facet.kind}`)}
                  </Text>
                </>
              )
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Ways({ labels: { choose } }: { labels: Labels }) {
  const { t } = useTranslation("labels");
  const mayReview = useMay("review");
  if (!mayReview) return null;
  return (
    <Group gap="sm" className={classes.ways}>
      <Button
        size="md"
        rightSection={<IconArrowRight size={18} aria-hidden />}
        onClick={() => choose({ ...only({}), view: "single" }, true)}
      >
        {t("summary.single")}
      </Button>
      <Button
        size="md"
        variant="light"
        leftSection={<IconLayoutGrid size={18} aria-hidden />}
        onClick={() => choose({ ...only({}), view: "grid" }, true)}
      >
        {t("summary.grid")}
      </Button>
    </Group>
  );
}

/** Why they look wrong: what cannot be right comes first. */
function Reasons({ labels }: { labels: Labels }) {
  const { t } = useTranslation("labels");
  return (
    <ul className={classes.reasons} aria-label={t("summary.why")}>
      {REASONS.map((reason) => (
        <ReasonItem key={reason} labels={labels} reason={reason} />
      ))}
    </ul>
  );
}

function ReasonItem({ labels, reason }: { labels: Labels; reason: Reason }) {
  const { t } = useTranslation("labels");
  const found = useQuery(waitingSuspectsQuery(labels.taxonomy, { reason })).data;
  const mayReview = useMay("review");
  const text = (
    <>
      <Text component="span" fw={650} fz="lg" className="figures">
        {found === undefined ? "–" : count(found)}
      </Text>
      <Text component="span" size="sm">
        {t(`reason.${reason}.many`)}
      </Text>
    </>
  );
  return (
    <li>
      {mayReview && found ? (
        <button
          type="button"
          className={classes.reason}
          onClick={() => labels.choose({ ...only({ reason }), view: "single" }, true)}
        >
          {text}
        </button>
      ) : (
        <span className={classes.reason}>{text}</span>
      )}
    </li>
  );
}
