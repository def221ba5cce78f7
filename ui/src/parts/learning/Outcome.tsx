import { Button, CloseButton, Group, Loader, Text } from "@mantine/core";
import { IconAlertTriangle, IconInfoCircle, IconRosetteDiscountCheck } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { useWorkspace } from "@/app/session";
import { stepWords } from "@/pages/jobs/words";
import { basisKey } from "@/pages/models/gate";
import { useAnnounce } from "@/parts/announce";
import { percent } from "@/parts/numbers";
import type { Learning } from "./learning";
import classes from "./Outcome.module.css";

interface OutcomeProps {
  learning: Learning;
  taxonomy: string;
  dismiss: (() => void) | null;
}

/** How far learning is, and what came of it. */
export function Outcome({ learning, taxonomy, dismiss }: OutcomeProps) {
  const { t } = useTranslation(["review", "app"]);
  const announce = useAnnounce();
  const said = useSentence(learning);
  const { kind } = learning;
  // Steps of a training are many: only what comes of it is read out.
  const told = kind === "learning" ? "" : said;
  useEffect(() => {
    if (told) announce(told);
  }, [announce, told]);
  return (
    <Group gap="xs" wrap="nowrap" className={classes.outcome} data-kind={kind}>
      <OutcomeSign kind={kind} />
      <Text size="sm" flex={1}>
        {said}
        {"share" in learning && <span className="figures">{` ${percent(learning.share)}`}</span>}
      </Text>
      {"basis" in learning && <ReportLink taxonomy={taxonomy} version={learning.version} />}
      {dismiss && <CloseButton size="sm" aria-label={t("app:close")} onClick={dismiss} />}
    </Group>
  );
}

function OutcomeSign({ kind }: { kind: Learning["kind"] }) {
  if (kind === "waiting" || kind === "learning" || kind === "tagging") {
    return <Loader size={16} aria-hidden />;
  }
  if (kind === "failed" || kind === "cancelled") return <IconAlertTriangle size={18} aria-hidden />;
  if (kind === "kept" || kind === "nothing") return <IconInfoCircle size={18} aria-hidden />;
  return <IconRosetteDiscountCheck size={18} aria-hidden />;
}

function useSentence(learning: Learning): string {
  const { t } = useTranslation(["review", "gate"]);
  const { t: jobs } = useTranslation("jobs");
  const version = "version" in learning ? learning.version : 0;
  const why =
    "basis" in learning && learning.basis ? ` ${t(`gate:basis.${basisKey(learning.basis)}`)}` : "";
  const promoted = `${t("learn.promoted", { version })}${why}`;
  switch (learning.kind) {
    case "idle":
      return "";
    case "learning":
      return t("learn.learning", { step: stepWords(jobs, learning.step) });
    case "failed":
      return t("learn.failed", { error: learning.error });
    case "promoted":
      return promoted;
    case "tagging":
      return `${promoted} ${t("learn.tagging")}`;
    case "fresh":
      return `${promoted} ${t("learn.fresh", { version })}`;
    case "kept":
      return `${t("learn.kept", { version })}${why}`;
    case "waiting":
    case "cancelled":
      return t(`learn.${learning.kind}`);
    case "nothing":
      return t("learn.nothing", { version });
  }
}

function ReportLink({ taxonomy, version }: { taxonomy: string; version: number }) {
  const { t } = useTranslation("review");
  const ws = useWorkspace();
  const params = { ws, taxonomy, version: String(version) };
  return (
    <Button
      size="compact-sm"
      variant="subtle"
      renderRoot={(props) => (
        <Link to="/w/$ws/models/$taxonomy/$version" params={params} {...props} />
      )}
    >
      {t("learn.report")}
    </Button>
  );
}
