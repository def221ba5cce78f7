import { Anchor, Button, Skeleton, Text, ThemeIcon } from "@mantine/core";
import { IconArrowBackUp, IconCrown, IconEyeQuestion } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { PromotionOut } from "@/api/schema";
import { useWorkspace } from "@/app/session";
import { ago, moment } from "@/parts/numbers";
import { useTree, wordOf } from "@/parts/taxonomy";
import { Card } from "./Card";
import { basisKey, reasonsOf } from "./gate";
import classes from "./Models.module.css";
import { promotionsQuery } from "./queries";
import { ReasonWords } from "./ReasonWords";
import type { Gate } from "./report";
import { actorKey } from "./words";

const SHOWN = 5;
const SIGNS = { promoted: IconCrown, kept: IconEyeQuestion, "rolled-back": IconArrowBackUp };

/** Who became champion, who was kept in the shadows, and why; newest first. */
export function History({ taxonomy }: { taxonomy: string }) {
  const { t } = useTranslation("models");
  const [isWhole, setWhole] = useState(false);
  const { data } = useQuery(promotionsQuery(taxonomy));
  const shown = isWhole ? data : data?.slice(0, SHOWN);
  return (
    <Card order={3} title={t("history.title")} about={t("history.about")}>
      {shown === undefined && <Skeleton height={160} />}
      <ol className={classes.history}>
        {shown?.map((made) => (
          <Decision key={`${made.version} ${made.at}`} made={made} />
        ))}
      </ol>
      {data && data.length > SHOWN && !isWhole && (
        <Button mt="sm" variant="subtle" size="compact-sm" onClick={() => setWhole(true)}>
          {t("history.all", { count: data.length })}
        </Button>
      )}
    </Card>
  );
}

function Decision({ made }: { made: PromotionOut }) {
  const { t } = useTranslation(["models", "gate"]);
  const tree = useTree(made.taxonomy);
  const gate = made.gate as unknown as Gate;
  const Sign = SIGNS[made.outcome];
  const actor = actorKey(made.actor);
  const named = (concept: string) => {
    const found = tree?.byId.get(concept);
    return found ? wordOf(found) : concept;
  };
  return (
    <li>
      <ThemeIcon
        className={classes.sign ?? ""}
        size={20}
        radius="xl"
        variant={made.outcome === "promoted" ? "filled" : "default"}
        aria-hidden
      >
        <Sign size={12} />
      </ThemeIcon>
      <Text fw={600}>{t(`history.${made.outcome}`, { version: made.version })}</Text>
      <Text size="xs" c="dimmed" title={moment(made.at)}>
        {t("history.by", { actor: actor ? t(actor) : made.actor, when: ago(made.at) })}
      </Text>
      <Text size="sm" mt={4}>
        {t(`gate:basis.${basisKey(gate.basis)}`)}
      </Text>
      {reasonsOf(gate).map((each, at) => (
        <ReasonWords key={at} {...each} named={named} />
      ))}
      {gate.against !== undefined && <Against made={made} against={gate.against} />}
    </li>
  );
}

function Against({ made, against }: { made: PromotionOut; against: number }) {
  const { t } = useTranslation("models");
  const ws = useWorkspace();
  const params = { ws, taxonomy: made.taxonomy, a: String(against), b: String(made.version) };
  return (
    <Anchor
      size="sm"
      renderRoot={(props) => (
        <Link to="/w/$ws/models/$taxonomy/compare/$a/$b" params={params} {...props} />
      )}
    >
      {t("history.compare", { against })}
    </Anchor>
  );
}
