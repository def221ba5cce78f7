import { Box, Button, Group, NumberInput, Stack, Text } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "@/app/session";
import { Failure } from "@/parts/Failure";
import { ago } from "@/parts/numbers";
import { useAsk, useLatest } from "../job";
import { FailedJob, RunningJob } from "../RunningJob";
import type { Labels } from "../useLabels";
import { alphaQuery } from "../wire";
import { isWorth, secondsOf } from "./alpha";
import { FacetResult } from "./FacetResult";
import { TrainWithout } from "./TrainWithout";

const USUAL_MINUTES = 2;

/** The share of the least likely labels to leave out of training: search, result, use. */
export function Alpha({ labels }: { labels: Labels }) {
  const { t } = useTranslation("labels");
  const { taxonomy, tree } = labels;
  const { running, failed } = useLatest("alpha", taxonomy);
  const found = useQuery(alphaQuery(taxonomy));
  const report = found.data;
  return (
    <Box px={{ base: "md", sm: "lg" }} py="lg">
      <Stack gap="lg">
        <Text size="sm" maw={720}>
          {t("alpha.explained")}
        </Text>
        <Search
          taxonomy={taxonomy}
          isAgain={report?.searched_at != null}
          isBusy={running !== undefined}
        />
        {running && <RunningJob job={running} title={t("alpha.running")} />}
        {failed && !running && <FailedJob job={failed} title={t("alpha.failed")} />}
        {found.error && <Failure error={found.error} retry={() => void found.refetch()} />}
        {report && report.searched_at !== null && (
          <>
            <Text size="sm" c="dimmed">
              {t("alpha.at", { when: ago(report.searched_at) })}
            </Text>
            {report.facets.map((facet) => (
              <FacetResult
                key={facet.facet}
                facet={facet}
                tree={tree}
                isNamed={report.facets.length > 1}
              />
            ))}
            <TrainWithout taxonomy={taxonomy} isWorth={isWorth(report.facets)} />
          </>
        )}
      </Stack>
    </Box>
  );
}

interface SearchProps {
  taxonomy: string;
  isAgain: boolean;
  isBusy: boolean;
}

function Search({ taxonomy, isAgain, isBusy }: SearchProps) {
  const { t } = useTranslation("labels");
  const mayTrain = useMay("train");
  const [minutes, setMinutes] = useState<number>(USUAL_MINUTES);
  const ask = useAsk(taxonomy);
  if (!mayTrain) return null;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    ask.mutate({ kind: "alpha", budget_seconds: secondsOf(minutes) });
  };
  return (
    <form onSubmit={submit}>
      <Group align="flex-end" gap="sm">
        <NumberInput
          label={t("alpha.budget")}
          value={minutes}
          onChange={(typed) => setMinutes(Number(typed) || USUAL_MINUTES)}
          min={1}
          max={120}
          allowDecimal={false}
          clampBehavior="blur"
          w={200}
        />
        <Button
          type="submit"
          variant="light"
          leftSection={<IconSearch size={18} aria-hidden />}
          loading={ask.isPending}
          disabled={isBusy}
        >
          {t(isAgain ? "alpha.again" : "alpha.search")}
        </Button>
      </Group>
    </form>
  );
}
