import { Alert, Anchor, Group, List, Stack, Text } from "@mantine/core";
import { IconScale } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useWorkspace } from "@/app/session";
import { count } from "@/parts/numbers";
import { Card } from "./Card";
import { isUneven } from "./contract";
import classes from "./Models.module.css";
import { type FacetReport, lastWord, type Report } from "./report";

const PARTS = ["train", "validation", "test"] as const;

/** What it learned from, how it was split, what was left out, and how it learned. */
export function LearnedFrom({ facet, report }: { facet: FacetReport; report: Report }) {
  const { t } = useTranslation("models");
  return (
    <Card
      title={t("learned.title")}
      about={t("learned.about", { count: facet.pictures, shown: count(facet.pictures) })}
    >
      <Stack gap="md">
        <Split facet={facet} />
        {isUneven(facet) && (
          <Alert
            classNames={{ title: classes.note ?? "" }}
            variant="light"
            color="orange"
            icon={<IconScale />}
            title={t("learned.uneven")}
          >
            {t("learned.unevenText", {
              largest: count(facet.balance.largest),
              smallest: count(facet.balance.smallest),
            })}
          </Alert>
        )}
        <LeftOut facet={facet} report={report} />
        <Text size="sm" c="dimmed">
          {t(facet.tried.length > 0 ? "learned.how" : "learned.same", {
            views: facet.choice.views
              .map((view) => t(`view.${view}`, { defaultValue: view }))
              .join(" + "),
            solver: facet.choice.solver
              .split(" + ")
              .map((solver) => t(`solver.${solver}`, { defaultValue: solver }))
              .join(" + "),
            count: facet.tried.length,
            backbone: report.backbone,
          })}
        </Text>
      </Stack>
    </Card>
  );
}

function Split({ facet }: { facet: FacetReport }) {
  const { t } = useTranslation("models");
  return (
    <div>
      <div className={classes.parts} aria-hidden>
        {PARTS.map((part) => (
          <div key={part} data-part={part} style={{ flexGrow: facet.splits[part] }} />
        ))}
      </div>
      <Stack gap={4} mt="sm">
        {PARTS.map((part) => (
          <Group key={part} gap={8} wrap="nowrap" align="baseline">
            <span className={classes.swatch} data-part={part} aria-hidden />
            <Text size="sm" className="figures">
              {t(`learned.${part}`, {
                count: facet.splits[part],
                shown: count(facet.splits[part]),
              })}
            </Text>
          </Group>
        ))}
      </Stack>
    </div>
  );
}

function LeftOut({ facet, report }: { facet: FacetReport; report: Report }) {
  const { t } = useTranslation("models");
  const ws = useWorkspace();
  const left = Object.entries(facet.left_out);
  if (left.length === 0 && facet.refusals.length === 0) return null;
  return (
    <List size="sm" spacing={4}>
      {left.map(([reason, n]) => (
        <List.Item key={reason}>
          {t("learned.leftOut", {
            count: n,
            shown: count(n),
            reason: t(`leftOut.${reason}`, { defaultValue: reason }),
          })}
        </List.Item>
      ))}
      {facet.refusals.map(({ concept }) => (
        <List.Item key={concept}>
          <Anchor
            inherit
            renderRoot={(props) => (
              <Link
                to="/w/$ws/taxonomies/$taxonomy"
                params={{ ws, taxonomy: report.taxonomy }}
                search={{ concept }}
                {...props}
              />
            )}
          >
            {lastWord(report.words, concept)}
          </Anchor>
          {t("learned.refused")}
        </List.Item>
      ))}
    </List>
  );
}
