import { Box, Group, SimpleGrid, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useId } from "react";
import { useTranslation } from "react-i18next";
import { taxonomyQuery } from "@/api/queries";
import type { ModelOut } from "@/api/schema";
import { Failure } from "@/parts/Failure";
import { Figure } from "@/parts/Figure";
import { Card } from "./Card";
import { ContractWords } from "./ContractWords";
import { History } from "./History";
import { LearnButton } from "./LearnAgain";
import classes from "./Models.module.css";
import { NoModel } from "./NoModel";
import { PolicyCard } from "./PolicyCard";
import { Progress } from "./Progress";
import { reportQuery } from "./queries";
import { isKnown } from "./report";
import { RollBackButton } from "./RollBack";
import { TagButton } from "./TagButton";
import { Versions } from "./Versions";
import { mainOf, summaryOf } from "./versionRows";

interface Props {
  taxonomy: string;
  /** Newest first. */
  models: readonly ModelOut[];
}

/** All about the models of one taxonomy, on the page of all. */
export function TaxonomyModels({ taxonomy, models }: Props) {
  const id = useId();
  const champion = models.find(({ status }) => status === "champion");
  return (
    <Box component="section" aria-labelledby={id}>
      <Group justify="space-between" mb="md" gap="sm">
        <Title order={2} size="h3" id={id}>
          {taxonomy}
        </Title>
        {models.length > 0 && (
          <Group gap="xs">
            <RollBackButton taxonomy={taxonomy} models={models} />
            {champion && <TagButton taxonomy={taxonomy} version={champion.version} />}
            <LearnButton taxonomy={taxonomy} champion={champion} />
          </Group>
        )}
      </Group>
      <Progress taxonomy={taxonomy} newest={models[0]} />
      {models.length === 0 ? (
        <NoModel taxonomy={taxonomy} />
      ) : (
        <Stack>
          {champion && <Champion model={champion} />}
          <AllVersions taxonomy={taxonomy} models={models} />
          <SimpleGrid cols={{ base: 1, md: 2 }} className={classes.top}>
            <PolicyCard taxonomy={taxonomy} />
            <History taxonomy={taxonomy} />
          </SimpleGrid>
        </Stack>
      )}
    </Box>
  );
}

/** The version that answers now: its promise and its figures. */
function Champion({ model }: { model: ModelOut }) {
  const { t } = useTranslation("models");
  const report = useQuery(reportQuery(model.taxonomy, model.version));
  const named = (report.data?.facets.length ?? 0) > 1;
  return (
    <Card order={3} title={t("champion.title", { version: model.version })}>
      {report.error ? <Failure error={report.error} /> : null}
      <Stack gap="xl" mih={130}>
        {report.data?.facets.map((facet) => (
          <Stack key={facet.id} gap="md">
            {named && <Text fw={600}>{facet.label}</Text>}
            <ContractWords facet={facet} contract={report.data.contract} />
            <dl className={classes.figures}>
              {([mainOf(facet), "coverage", "precision"] as const)
                .flatMap((name) => (isKnown(facet[name]) ? [[name, facet[name]] as const] : []))
                .map(([name, figure]) => (
                  <div key={name}>
                    <dt>{t(`figures.${name}`)}</dt>
                    <dd>
                      <Figure of={figure} size="xl" />
                    </dd>
                  </div>
                ))}
            </dl>
          </Stack>
        ))}
      </Stack>
    </Card>
  );
}

function AllVersions({ taxonomy, models }: Props) {
  const { t } = useTranslation("models");
  const facets = useQuery(taxonomyQuery(taxonomy)).data?.facets ?? [];
  const learned = facets.filter(({ id }) =>
    models.some((model) => Object.keys(summaryOf(model, id)).length > 0),
  );
  return (
    <Card order={3} title={t("versions.title")} about={t("versions.about")}>
      <Stack gap="lg">
        {learned.map((facet) => (
          <Box key={facet.id}>
            {learned.length > 1 && (
              <Title order={4} size="h5" mb={4}>
                {facet.label}
              </Title>
            )}
            <Versions models={models} facet={facet} />
          </Box>
        ))}
      </Stack>
    </Card>
  );
}
