import { Alert, Anchor, Button, Card, Group, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { api, told } from "@/api/client";
import { keyOf } from "@/api/queries";
import type { AssetOut, ModelOut } from "@/api/schema";
import { useWorkspace } from "@/app/session";
import { waitingQuery } from "@/parts/answers/waiting";
import { Figure, type Measured } from "@/parts/Figure";
import { count, percent } from "@/parts/numbers";
import { Picture } from "@/parts/Picture";
import { Tag } from "@/parts/Tag";
import { type Tree, useTree, wordOf } from "@/parts/taxonomy";
import classes from "./Results.module.css";
import { useTagged } from "./useStart";

interface FacetReport {
  id: string;
  label: string;
  precision: Measured;
  top1: Measured | null;
  /** missing: reviewed pictures short of the proof, of those that prove. */
  promises: Record<string, { missing: number | null }>;
}

interface Report {
  contract: { target: number; confidence: number };
  facets: FacetReport[];
}

/** What came of it: what was tagged alone, what was promised, what is left to a person. */
export function Results({ model, pictures }: { model: ModelOut; pictures: number }) {
  const { t } = useTranslation("start");
  const { taxonomy, version } = model;
  const tree = useTree(taxonomy);
  const alone = useTagged(taxonomy, "auto").data;
  const waiting = useTagged(taxonomy, "suggested").data?.total ?? 0;
  const known = useTagged(taxonomy, "confirmed").data?.total ?? 0;
  const report = useReport(taxonomy, version);
  if (alone === undefined) return null;
  const done = alone.total ?? 0;
  const short = report ? shortOf(report) : 0;
  const isAllKnown = known >= pictures;
  return (
    <Stack>
      <div className={classes.numbers}>
        <Number label={t("results.alone")} value={count(done)} />
        <Number label={t("results.waiting")} value={count(waiting)} />
        {report && (
          <Number
            label={t("results.promised")}
            value={percent(report.contract.target)}
            below={report.facets.map((facet) => (
              <Proof key={facet.id} of={facet.precision} words={t("results.measured")} />
            ))}
          />
        )}
        {report?.facets.map(
          ({ id, top1 }) =>
            top1 !== null && (
              <Number
                key={id}
                label={t("results.right")}
                value={top1.value === null ? "–" : percent(top1.value)}
                below={<Proof of={top1} words={t("results.onNew")} />}
              />
            ),
        )}
      </div>
      {done === 0 && (
        <Alert variant="light" title={t(isAllKnown ? "results.allTitle" : "results.noneTitle")}>
          {t(isAllKnown ? "results.allText" : "results.noneText")}
          {short > 0 && ` ${t("results.short", { count: short, shown: count(short) })}`}
        </Alert>
      )}
      {tree && done > 0 && <Strip assets={alone.items} tree={tree} />}
      <Doubts taxonomy={taxonomy} />
      <Ways taxonomy={taxonomy} version={version} hasWaiting={waiting > 0} />
    </Stack>
  );
}

/** Of ten labelled pictures one proves a promise. */
const PROVING = 10;

/** How many more labelled pictures the nearest promise wants. */
function shortOf(report: Report): number {
  const missing = report.facets
    .flatMap(({ promises }) => Object.values(promises))
    .map((promise) => promise.missing ?? 0)
    .filter((each) => each > 0);
  return missing.length > 0 ? Math.min(...missing) * PROVING : 0;
}

function Proof({ of, words }: { of: Measured; words: string }) {
  if (of.n === 0) return null;
  return (
    <Text size="sm" component="div" c="dimmed">
      {words} <Figure of={of} size="sm" />
    </Text>
  );
}

function useReport(taxonomy: string, version: number): Report | undefined {
  const path = { taxonomy, version };
  return useQuery({
    queryKey: keyOf("report", taxonomy, version),
    queryFn: async () =>
      (await told(
        api.GET("/api/v1/taxonomies/{taxonomy}/models/{version}/report", { params: { path } }),
      )) as unknown as Report,
    staleTime: Infinity,
  }).data;
}

function Number({ label, value, below }: { label: string; value: string; below?: ReactNode }) {
  return (
    <Card withBorder p="md">
      <Text size="sm" c="dimmed">
        {label}
      </Text>
      <Text fz={28} fw={650} className="figures">
        {value}
      </Text>
      {below}
    </Card>
  );
}

function Strip({ assets, tree }: { assets: readonly AssetOut[]; tree: Tree }) {
  const { t } = useTranslation("start");
  const shown = assets.flatMap((asset) => {
    const tag = asset.tags.find(
      (each) => each.taxonomy === tree.taxonomy.name && each.status === "auto",
    );
    const concept = tag?.concept ? tree.byId.get(tag.concept) : undefined;
    return tag && concept ? [{ id: asset.id, word: wordOf(concept), p: tag.p }] : [];
  });
  return (
    <ul className={classes.strip} aria-label={t("results.strip")}>
      {shown.map(({ id, word, p }) => (
        <li key={id}>
          <div className={classes.picture}>
            <Picture asset={id} box={320} alt={word} />
          </div>
          <Tag label={word} status="auto" p={p} size="sm" />
        </li>
      ))}
    </ul>
  );
}

/** Where labels look wrong, the way to them. */
function Doubts({ taxonomy }: { taxonomy: string }) {
  const { t } = useTranslation("start");
  const ws = useWorkspace();
  const found = useQuery(waitingQuery(taxonomy)).data?.queues.suspects ?? 0;
  if (found === 0) return null;
  return (
    <Anchor
      renderRoot={(props) => (
        <Link to="/w/$ws/labels" params={{ ws }} search={{ taxonomy }} {...props} />
      )}
    >
      {t("results.doubts", { count: found, shown: count(found) })}
    </Anchor>
  );
}

interface WaysProps {
  taxonomy: string;
  version: number;
  hasWaiting: boolean;
}

function Ways({ taxonomy, version, hasWaiting }: WaysProps) {
  const { t } = useTranslation("start");
  const ws = useWorkspace();
  return (
    <Group>
      <Button renderRoot={(props) => <Link to="/w/$ws/library" params={{ ws }} {...props} />}>
        {t("results.library")}
      </Button>
      {hasWaiting && (
        <Button
          variant="light"
          renderRoot={(props) => (
            <Link to="/w/$ws/review" params={{ ws }} search={{ taxonomy }} {...props} />
          )}
        >
          {t("results.review")}
        </Button>
      )}
      <Button
        variant="default"
        renderRoot={(props) => (
          <Link
            to="/w/$ws/models/$taxonomy/$version"
            params={{ ws, taxonomy, version: String(version) }}
            {...props}
          />
        )}
      >
        {t("results.model")}
      </Button>
    </Group>
  );
}
