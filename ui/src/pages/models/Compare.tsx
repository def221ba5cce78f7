import { ActionIcon, Alert, Box, Group, Select, Stack, Text, Title } from "@mantine/core";
import { IconArrowsExchange, IconCircleCheck, IconEyeQuestion } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Back } from "./Back";
import { modelsQuery } from "@/api/queries";
import { useWorkspace } from "@/app/session";
import { Failure } from "@/parts/Failure";
import { Loading } from "@/parts/Loading";
import { Page } from "@/parts/Page";
import { Card } from "./Card";
import { ConceptChanges } from "./ConceptChanges";
import { Disagreements } from "./Disagreements";
import classes from "./Models.module.css";
import { basisKey, passes, reasonsOf } from "./gate";
import { PairedPlot } from "./PairedPlot";
import { type Comparison, comparisonQuery } from "./queries";
import { ReasonWords } from "./ReasonWords";
import { type FacetComparison, lastWord } from "./report";
import { statusOf } from "./versionRows";

/** Two versions on the same pictures, with the gate's verdict. */
export function Compare() {
  const { t } = useTranslation("models");
  const { taxonomy = "", a = "", b = "" } = useParams({ strict: false });
  const isSame = a === b;
  const found = useQuery({ ...comparisonQuery(taxonomy, Number(a), Number(b)), enabled: !isSame });
  return (
    <>
      <Back />
      <Page title={t("compare.title", { taxonomy })} about={t("compare.about")}>
        <Stack>
          <Pick taxonomy={taxonomy} a={a} b={b} />
          {isSame && <Text c="dimmed">{t("compare.same")}</Text>}
          {found.error && <Failure error={found.error} retry={() => void found.refetch()} />}
          {!isSame && found.isPending && <Loading />}
          {!isSame &&
            found.data?.facets.map((facet) => (
              <Facet
                key={facet.id}
                facet={facet}
                of={found.data}
                isNamed={found.data.facets.length > 1}
              />
            ))}
        </Stack>
      </Page>
    </>
  );
}

/** Which two: the address says it, so that a comparison can be sent to a colleague. */
function Pick({ taxonomy, a, b }: { taxonomy: string; a: string; b: string }) {
  const { t } = useTranslation("models");
  const ws = useWorkspace();
  const navigate = useNavigate();
  const models = useQuery(modelsQuery(taxonomy)).data ?? [];
  const options = models.map((model) => ({
    value: String(model.version),
    label: t("compare.option", {
      version: model.version,
      status: t(`status.${statusOf(model)}.name`),
    }),
  }));
  const go = (one: string, other: string) =>
    void navigate({
      to: "/w/$ws/models/$taxonomy/compare/$a/$b",
      params: { ws, taxonomy, a: one, b: other },
      replace: true,
    });
  return (
    <Group align="flex-end" gap="xs">
      <Select
        label={t("compare.before")}
        data={options}
        value={a}
        onChange={(value) => value && go(value, b)}
        allowDeselect={false}
        flex={1}
        miw={220}
        maw={280}
      />
      <ActionIcon
        size={36}
        variant="default"
        onClick={() => go(b, a)}
        aria-label={t("compare.swap")}
        title={t("compare.swap")}
      >
        <IconArrowsExchange size={18} aria-hidden />
      </ActionIcon>
      <Select
        label={t("compare.now")}
        data={options}
        value={b}
        onChange={(value) => value && go(a, value)}
        allowDeselect={false}
        flex={1}
        miw={220}
        maw={280}
      />
    </Group>
  );
}

interface FacetProps {
  facet: FacetComparison;
  of: Comparison;
  isNamed: boolean;
}

function Facet({ facet, of, isNamed }: FacetProps) {
  const { t } = useTranslation("models");
  const { figures } = facet;
  return (
    <Stack>
      {isNamed && (
        <Title order={2} size="h3">
          {facet.label}
        </Title>
      )}
      <Verdict facet={facet} of={of} />
      {figures.overall && figures.challenger && figures.champion && (
        <Card title={t("compare.figures")} about={t("compare.figuresAbout", { count: facet.n })}>
          <PairedPlot figures={figures} a={of.a} b={of.b} />
        </Card>
      )}
      {(figures.concepts?.length ?? 0) > 0 && (
        <Card title={t("compare.concepts")} about={t("compare.conceptsAbout")}>
          <ConceptChanges changes={figures.concepts ?? []} words={of.words} />
        </Card>
      )}
      {facet.disagreements.length > 0 && (
        <Card title={t("compare.disagree")} about={t("compare.disagreeAbout")}>
          <Disagreements found={facet.disagreements} words={of.words} a={of.a} b={of.b} />
        </Card>
      )}
      {facet.kind === "one" && facet.disagreements.length === 0 && figures.overall && (
        <Card title={t("compare.disagree")}>
          <Text>{t("compare.agree", { count: facet.n })}</Text>
        </Card>
      )}
    </Stack>
  );
}

/** What the gate would say if b stood against a as champion. */
function Verdict({ facet, of }: { facet: FacetComparison; of: Comparison }) {
  const { t } = useTranslation(["models", "gate"]);
  const good = passes(facet.basis);
  const gate = { ...facet, facets: { [facet.label]: facet.figures } };
  return (
    <Alert
      classNames={{ title: classes.note ?? "" }}
      variant="light"
      color={good ? "wright" : "orange"}
      icon={good ? <IconCircleCheck /> : <IconEyeQuestion />}
      title={t(good ? "compare.passes" : "compare.stays", { a: of.a, b: of.b })}
    >
      <Box>
        <Text size="sm">{t(`gate:basis.${basisKey(facet.basis)}`)}</Text>
        {reasonsOf(gate).map((each, at) => (
          <ReasonWords key={at} {...each} named={(concept) => lastWord(of.words, concept)} />
        ))}
      </Box>
    </Alert>
  );
}
