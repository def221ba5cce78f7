import { Stack, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { ConceptOut } from "@/api/schema";
import { Figure } from "@/parts/Figure";
import { count, percent } from "@/parts/numbers";
import { wordOf } from "@/parts/taxonomy";
import { Confusion } from "./Confusion";
import { type ConceptHealth, labelledOf, missing, signOf } from "./health";
import classes from "./HealthPart.module.css";
import type { PaneProps } from "./Pane";
import { Verdict } from "./Verdict";

interface Props extends PaneProps {
  concept: ConceptOut;
  health: ConceptHealth | undefined;
  /** null: there is none; undefined: not told yet. */
  model: number | null | undefined;
}

/** How the machine fares with a concept, in plain words; every share with interval and n. */
export function HealthPart({ concept, health, model, editing, select }: Props) {
  const { t } = useTranslation("taxonomy");
  const { tree } = editing;
  const isGroup = (tree.children.get(concept.id) ?? []).some((child) => child.live);
  const sign = signOf(concept, health, isGroup);
  const partner = health?.confused_with ? tree.byId.get(health.confused_with.concept) : undefined;
  return (
    <Stack component="section" gap="sm" aria-label={t("health.title")}>
      <Title order={3} size="h5">
        {t("health.title")}
      </Title>
      {model === undefined ? (
        <Text c="dimmed">{t("app:loading")}</Text>
      ) : (
        <Verdict sign={sign} missing={missing(sign, health)} model={model} />
      )}
      {health && <Figures concept={concept} health={health} />}
      {health?.confused_with && partner && (
        <Confusion
          taxonomy={editing.base.name}
          concept={concept}
          partner={partner}
          times={health.confused_with.n}
          select={select}
        />
      )}
    </Stack>
  );
}

function Figures({ concept, health }: { concept: ConceptOut; health: ConceptHealth }) {
  const { t } = useTranslation("taxonomy");
  const { train, validation, test } = health.labelled;
  const word = wordOf(concept);
  const shares = [
    ["precision", health.precision],
    ["recall", health.recall],
    ["coverage", health.coverage],
  ] as const;
  const off = health.calibration_error;
  return (
    <dl className={classes.figures}>
      <div>
        <dt>{t("health.labelled")}</dt>
        <dd>
          {count(labelledOf(health))}{" "}
          <Text component="span" size="sm" c="dimmed">
            {t("health.splits", {
              train: count(train),
              validation: count(validation),
              test: count(test),
            })}
          </Text>
        </dd>
      </div>
      <div>
        <dt>{t("health.tagged")}</dt>
        <dd>
          {t("health.tags", {
            confirmed: count(health.tags.confirmed ?? 0),
            auto: count(health.tags.auto ?? 0),
            suggested: count(health.tags.suggested ?? 0),
          })}
        </dd>
      </div>
      {health.learned &&
        shares.map(([name, share]) => (
          <div key={name}>
            <dt>{t(`health.${name}`, { concept: word })}</dt>
            <dd>
              <Figure of={share} />
            </dd>
          </div>
        ))}
      {off.value !== null && off.n > 0 && (
        <div>
          <dt>{t("health.calibration")}</dt>
          <dd>
            {t("health.off", { share: percent(off.value, 1) })}{" "}
            <Text component="span" size="sm" c="dimmed">
              {t("health.n", { n: count(off.n) })}
            </Text>
          </dd>
        </div>
      )}
    </dl>
  );
}
