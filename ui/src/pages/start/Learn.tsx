import { Alert, Button, Group, List, SegmentedControl, Select, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { JobOut, ModelOut } from "@/api/schema";
import { useMay } from "@/app/session";
import { JobProgress } from "@/pages/jobs/JobProgress";
import { titleOf } from "@/pages/jobs/words";
import { count, percent } from "@/parts/numbers";
import { CONTRACTS, type Strictness, STRICTNESSES } from "@/parts/contracts";
import { NoLabels } from "./NoLabels";
import type { Missing } from "./readiness";
import { useMakeJob } from "./useMakeJob";
import { type Begun, useUndecided } from "./useStart";

interface Props {
  begun: Begun;
  onTaxonomy: (name: string) => void;
}

/** Learn from what is labelled, under a promise; or what is still missing for that. */
export function Learn({ begun, onTaxonomy }: Props) {
  const { taxonomy, readiness, learning, champion } = begun;
  const [wantsAgain, setWantsAgain] = useState(false);
  if (learning.length > 0) return <Learning jobs={learning} />;
  if (taxonomy === undefined || readiness === undefined || !readiness.hasLabels) {
    return (
      <Stack>
        {begun.taxonomies.length > 1 && <Which begun={begun} onTaxonomy={onTaxonomy} />}
        <NoLabels
          taxonomy={taxonomy}
          isBusy={begun.uploading + begun.reading.length > 0}
          isImporting={begun.reading.some(({ kind }) => kind === "import")}
        />
      </Stack>
    );
  }
  return (
    <Stack>
      {begun.taxonomies.length > 1 && <Which begun={begun} onTaxonomy={onTaxonomy} />}
      {champion && !wantsAgain ? (
        <Learned model={champion} onAgain={() => setWantsAgain(true)} />
      ) : readiness.isReady ? (
        <Offer key={taxonomy} taxonomy={taxonomy} begun={begun} />
      ) : (
        <TooFew missing={readiness.missing} enough={readiness.enough} />
      )}
    </Stack>
  );
}

function Learning({ jobs }: { jobs: readonly JobOut[] }) {
  const { t } = useTranslation("jobs");
  return (
    <Stack gap="md">
      {jobs.map((job) => (
        <div key={job.id}>
          <Text fw={550} mb={6} role="status">
            {titleOf(t, job)}
          </Text>
          <JobProgress job={job} />
        </div>
      ))}
    </Stack>
  );
}

function Which({ begun, onTaxonomy }: Props) {
  const { t } = useTranslation("start");
  return (
    <Select
      label={t("learn.which")}
      data={begun.taxonomies}
      value={begun.taxonomy ?? null}
      allowDeselect={false}
      onChange={(name) => name && onTaxonomy(name)}
      maw={320}
    />
  );
}

/** It has learned: learning again is there, but not in the way. */
function Learned({ model, onAgain }: { model: ModelOut; onAgain: () => void }) {
  const { t } = useTranslation("start");
  const may = useMay("train");
  const { taxonomy, version } = model;
  const fresh = useUndecided(model);
  const tag = useMakeJob({ kind: "tag", taxonomy });
  return (
    <Group gap="xs">
      <Text fw={550} role="status">
        {t("learn.learned", { taxonomy, version })}
      </Text>
      {may && fresh > 0 && (
        <Button size="sm" loading={tag.isPending} onClick={() => tag.mutate()}>
          {t("learn.tagNew", { count: fresh, shown: count(fresh) })}
        </Button>
      )}
      {may && (
        <Button variant="transparent" size="compact-sm" px={0} onClick={onAgain}>
          {t("learn.again")}
        </Button>
      )}
    </Group>
  );
}

function Offer({ taxonomy, begun }: { taxonomy: string; begun: Begun }) {
  const { t } = useTranslation("start");
  const may = useMay("train");
  const [strictness, setStrictness] = useState<Strictness>("normal");
  const target = CONTRACTS[strictness];
  const contract = { target, confidence: 0.95 };
  const train = useMakeJob({ kind: "train", taxonomy, contract, seed: 0, again: false });
  const { enough = 0, missing = [] } = begun.readiness ?? {};
  if (!may) return <Text>{t("learn.ask")}</Text>;
  return (
    <Stack gap="sm" align="flex-start">
      <Text>{t("learn.enough", { count: enough, shown: count(enough), taxonomy })}</Text>
      <div>
        <Text fw={550} id="contract" mb={6}>
          {t("learn.contract")}
        </Text>
        <SegmentedControl
          aria-labelledby="contract"
          value={strictness}
          onChange={(value) => setStrictness(value as Strictness)}
          data={STRICTNESSES.map((each) => ({ value: each, label: t(`learn.strictness.${each}`) }))}
        />
        <Text size="sm" c="dimmed" mt={6} maw={640} aria-live="polite">
          {t(`learn.promise.${strictness}`, { target: percent(target) })}
        </Text>
      </div>
      <Group>
        <Button loading={train.isPending} onClick={() => train.mutate()} size="md">
          {t(begun.champion ? "learn.again" : "learn.button")}
        </Button>
        {begun.reading.length > 0 && (
          <Text size="sm" c="dimmed">
            {t("learn.reading")}
          </Text>
        )}
      </Group>
      {missing.length > 0 && <Few missing={missing} />}
    </Stack>
  );
}

const SHOWN = 6;

function Few({ missing }: { missing: readonly Missing[] }) {
  const { t } = useTranslation("start");
  const words = missing
    .slice(0, SHOWN)
    .map(({ word, pictures }) => t("learn.few.one", { word, shown: count(pictures) }));
  return (
    <Text size="sm" c="dimmed">
      {t("learn.few.title", { count: missing.length, shown: count(missing.length) })}{" "}
      {words.join(", ")}
      {missing.length > SHOWN && ` ${t("learn.few.more")}`}
    </Text>
  );
}

function TooFew({ missing, enough }: { missing: readonly Missing[]; enough: number }) {
  const { t } = useTranslation("start");
  return (
    <Alert variant="light" title={t("learn.tooFew.title")}>
      <Text size="sm">{t("learn.tooFew.text", { count: enough, shown: count(enough) })}</Text>
      <List size="sm" mt="xs">
        {missing.slice(0, SHOWN).map(({ word, pictures }) => (
          <List.Item key={word}>
            {t("learn.tooFew.one", { word, count: pictures, shown: count(pictures) })}
          </List.Item>
        ))}
      </List>
    </Alert>
  );
}
