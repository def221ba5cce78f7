import { Alert, Button, Card, Group, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { api, told } from "@/api/client";
import { keyOf } from "@/api/queries";
import type { AssetOut, ModelOut } from "@/api/schema";
import { useWorkspace } from "@/app/session";
import { Figure, type Measured } from "@/parts/Figure";
import { count, percent } from "@/parts/numbers";
import { Picture } from "@/parts/Picture";
import { Tag } from "@/parts/Tag";
import { type Tree, useTree, wordOf } from "@/parts/taxonomy";
import classes from "./Results.module.css";
import { useTagged } from "./useStart";

interface Report {
  contract: { target: number; confidence: number };
  facets: { id: string; label: string; precision: Measured }[];
}

/** What came of it: what was tagged alone, what was promised, what is left to a person. */
export function Results({ model }: { model: ModelOut }) {
  const { t } = useTranslation("start");
  const { taxonomy, version } = model;
  const tree = useTree(taxonomy);
  const alone = useTagged(taxonomy, "auto").data;
  const waiting = useTagged(taxonomy, "suggested").data?.total ?? 0;
  const report = useReport(taxonomy, version);
  if (alone === undefined) return null;
  const done = alone.total ?? 0;
  return (
    <Stack>
      <div className={classes.numbers}>
        <Number label={t("results.alone")} value={count(done)} />
        <Number label={t("results.waiting")} value={count(waiting)} />
        {report && (
          <Number
            label={t("results.promised")}
            value={percent(report.contract.target)}
            below={report.facets.map(({ id, precision }) => (
              <Text key={id} size="sm" component="div">
                {t("results.measured")} <Figure of={precision} size="sm" />
              </Text>
            ))}
          />
        )}
      </div>
      {done === 0 && (
        <Alert variant="light" title={t("results.noneTitle")}>
          {t("results.noneText")}
        </Alert>
      )}
      {tree && done > 0 && <Strip assets={alone.items} tree={tree} />}
      <Ways taxonomy={taxonomy} version={version} hasWaiting={waiting > 0} />
    </Stack>
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
