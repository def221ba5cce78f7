import { Badge, Box, Group, Paper, Skeleton, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { modelsQuery, taxonomyQuery } from "@/api/queries";
import type { TaxonomyOut } from "@/api/schema";
import { useWorkspace } from "@/app/session";
import { Figure } from "@/parts/Figure";
import { count } from "@/parts/numbers";
import { championOf } from "./champion";
import { labelledQuery } from "./queries";
import classes from "./TaxonomyCard.module.css";

const FACETS_SHOWN = 4;

/** A taxonomy in short: its facets, its size, what was labelled, and how good its model is. */
export function TaxonomyCard({ name }: { name: string }) {
  const { t } = useTranslation("taxonomy");
  const ws = useWorkspace();
  const taxonomy = useQuery(taxonomyQuery(name)).data;
  const labelled = useQuery(labelledQuery(name)).data;
  return (
    <Paper component="article" withBorder p="lg" className={classes.card}>
      <div>
        <Title order={2} size="h4">
          <Link
            className={classes.link}
            to="/w/$ws/taxonomies/$taxonomy"
            params={{ ws, taxonomy: name }}
          >
            {name}
          </Link>
        </Title>
        <Box mih={26} mt={4}>
          {taxonomy && <Facets of={taxonomy} />}
        </Box>
      </div>
      <dl className={classes.numbers}>
        <Number name={t("card.concepts")} value={taxonomy && liveIn(taxonomy)} />
        <Number name={t("card.labelled")} value={labelled} />
      </dl>
      <Champion taxonomy={name} />
    </Paper>
  );
}

function liveIn(taxonomy: TaxonomyOut): number {
  return taxonomy.concepts.filter((concept) => concept.live).length;
}

/** A taxonomy with one facet that is called as it is says only of what kind it is. */
function Facets({ of: { name, facets } }: { of: TaxonomyOut }) {
  const { t } = useTranslation("taxonomy");
  const [only] = facets;
  if (facets.length === 1 && only?.label === name) {
    return (
      <Text size="sm" c="dimmed">
        {t(`kind.${only.kind}.name`)}
      </Text>
    );
  }
  const more = facets.length - FACETS_SHOWN;
  return (
    <Group gap={6}>
      {facets.slice(0, FACETS_SHOWN).map((facet) => (
        <Badge key={facet.id} variant="default" radius="sm" tt="none" fw={500}>
          {facet.label}
        </Badge>
      ))}
      {more > 0 && (
        <Text size="sm" c="dimmed">
          {t("card.more", { n: count(more) })}
        </Text>
      )}
    </Group>
  );
}

function Number({ name, value }: { name: string; value: number | undefined }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value === undefined ? <Skeleton height={24} width={60} mt={4} /> : count(value)}</dd>
    </div>
  );
}

function Champion({ taxonomy }: { taxonomy: string }) {
  const { t } = useTranslation("taxonomy");
  const { data, isPending } = useQuery(modelsQuery(taxonomy));
  if (isPending) return <Skeleton height={44} className={classes.model} />;
  const champion = championOf(data ?? []);
  if (champion === null) {
    return (
      <Text size="sm" c="dimmed" mt="auto">
        {t("card.noModel")}
      </Text>
    );
  }
  return (
    <div className={classes.model}>
      <Text size="sm" c="dimmed">
        {t(`card.${champion.figure}`, { version: champion.version })}
        {champion.facet !== null && ` · ${champion.facet}`}
      </Text>
      <Figure of={champion.measured} />
    </div>
  );
}
