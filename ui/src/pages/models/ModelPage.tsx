import { SimpleGrid, Stack, Tabs } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Back } from "./Back";
import { modelsQuery } from "@/api/queries";
import type { ModelOut } from "@/api/schema";
import { Failure } from "@/parts/Failure";
import { Loading } from "@/parts/Loading";
import { moment } from "@/parts/numbers";
import { Missing } from "@/parts/Missing";
import { Page } from "@/parts/Page";
import { Card } from "./Card";
import { Concepts } from "./Concepts";
import { Confusions } from "./Confusions";
import { ContractCard } from "./ContractCard";
import { FacetFigures } from "./FacetFigures";
import { InUse } from "./InUse";
import { LearnedFrom } from "./LearnedFrom";
import { ModelActions } from "./ModelActions";
import { reportQuery } from "./queries";
import { ReliabilityCard } from "./ReliabilityCard";
import type { FacetReport, Report } from "./report";
import { StatusBadge } from "./StatusBadge";
import { Tradeoff } from "./Tradeoff";
import { Versions } from "./Versions";
import { statusOf } from "./versionRows";

/** One version and its whole report. */
export function ModelPage() {
  const { t } = useTranslation("models");
  const { taxonomy = "", version = "" } = useParams({ strict: false });
  const models = useQuery(modelsQuery(taxonomy));
  const report = useQuery(reportQuery(taxonomy, Number(version)));
  const model = models.data?.find((each) => each.version === Number(version));
  if (models.data && !model) return <Missing />;
  return (
    <>
      <Back />
      <Page
        title={t("model.title", { taxonomy, version })}
        {...(model ? { about: t("model.learned", { when: moment(model.created_at) }) } : {})}
        actions={
          model && (
            <>
              <StatusBadge status={statusOf(model)} />
              <ModelActions model={model} models={models.data ?? []} />
            </>
          )
        }
      >
        {(report.error ?? models.error) && (
          <Failure error={report.error ?? models.error} retry={() => void report.refetch()} />
        )}
        {model && report.data && (
          <Facets report={report.data} model={model} models={models.data ?? []} />
        )}
        {(report.isPending || models.isPending) && <Loading />}
      </Page>
    </>
  );
}

interface Props {
  report: Report;
  model: ModelOut;
  models: readonly ModelOut[];
}

function Facets({ report, ...rest }: Props) {
  const [first] = report.facets;
  if (first === undefined) return null;
  if (report.facets.length === 1) return <Facet facet={first} report={report} {...rest} />;
  return (
    <Tabs defaultValue={first.id} keepMounted={false}>
      <Tabs.List mb="md">
        {report.facets.map(({ id, label }) => (
          <Tabs.Tab key={id} value={id}>
            {label}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {report.facets.map((facet) => (
        <Tabs.Panel key={facet.id} value={facet.id}>
          <Facet facet={facet} report={report} {...rest} />
        </Tabs.Panel>
      ))}
    </Tabs>
  );
}

function Facet({ facet, report, model, models }: Props & { facet: FacetReport }) {
  const { t } = useTranslation("models");
  return (
    <Stack>
      <ContractCard facet={facet} report={report} />
      <FacetFigures facet={facet} />
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        <Tradeoff facet={facet} contract={report.contract} model={model} />
        <ReliabilityCard facet={facet} />
      </SimpleGrid>
      <Concepts facet={facet} words={report.words} />
      <Confusions facet={facet} words={report.words} />
      <Card title={t("versions.title")} about={t("versions.about")}>
        <Versions models={models} facet={facet} here={model.version} />
      </Card>
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        <LearnedFrom facet={facet} report={report} />
        <InUse facet={facet} taxonomy={report.taxonomy} target={report.contract.target} />
      </SimpleGrid>
    </Stack>
  );
}
