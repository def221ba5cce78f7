import { Button, Select, SimpleGrid, Stack } from "@mantine/core";
import { IconRefresh } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useMay } from "@/app/session";
import { Page } from "@/parts/Page";
import { useAsk, useLatest } from "../job";
import { FailedJob, RunningJob } from "../RunningJob";
import type { Labels } from "../useLabels";
import { AlphaFold } from "./AlphaFold";
import { ConceptTable } from "./ConceptTable";
import { stateOf } from "./figures";
import classes from "./Overview.module.css";
import { Nothing } from "./Nothing";
import { Retrain } from "./Retrain";
import { Summary } from "./Summary";
import { Swaps } from "./Swaps";

interface Props {
  labels: Labels;
  names: readonly string[];
}

/** How many labels look wrong, of what, and where to begin. */
export function Overview({ labels, names }: Props) {
  const { t } = useTranslation("labels");
  const { taxonomy, report } = labels;
  const { running, failed } = useLatest("clean", taxonomy);
  const state = stateOf(report);
  const isFirst = report.checked_at === null;
  return (
    <Page title={t("title")} about={t("about")} actions={<Actions labels={labels} names={names} />}>
      <Stack gap="lg">
        {running && <RunningJob job={running} title={t("check.running")} />}
        {failed && !running && <FailedJob job={failed} title={t("check.failed")} />}
        {state !== "waiting" && !(isFirst && running) && <Nothing labels={labels} state={state} />}
        {!isFirst && <Summary labels={labels} />}
        {state !== "no-labels" && <Retrain taxonomy={taxonomy} />}
        {!isFirst &&
          report.facets.map((facet) =>
            facet.labels === 0 || facet.refused !== null ? null : (
              <SimpleGrid
                key={facet.facet}
                cols={{ base: 1, md: facet.swaps.length > 0 ? 2 : 1 }}
                spacing="lg"
                className={classes.facet}
              >
                <ConceptTable labels={labels} facet={facet} isNamed={report.facets.length > 1} />
                {facet.swaps.length > 0 && <Swaps labels={labels} facet={facet} />}
              </SimpleGrid>
            ),
          )}
        {!isFirst && <AlphaFold labels={labels} />}
      </Stack>
    </Page>
  );
}

function Actions({ labels, names }: Props) {
  const { t } = useTranslation("labels");
  const { taxonomy, report, choose } = labels;
  const mayTrain = useMay("train");
  const ask = useAsk(taxonomy);
  const { running } = useLatest("clean", taxonomy);
  const isShown = mayTrain && report.checked_at !== null;
  return (
    <>
      {names.length > 1 && (
        <Select
          w={180}
          aria-label={t("taxonomy")}
          data={[...names]}
          value={taxonomy}
          allowDeselect={false}
          onChange={(name) => choose({ taxonomy: name ?? taxonomy })}
        />
      )}
      {isShown && (
        <Button
          variant="default"
          leftSection={<IconRefresh size={18} aria-hidden />}
          loading={ask.isPending}
          disabled={running !== undefined}
          onClick={() => ask.mutate({ kind: "clean" })}
        >
          {t("check.again")}
        </Button>
      )}
    </>
  );
}
