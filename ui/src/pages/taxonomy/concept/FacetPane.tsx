import { Button, Group, Stack, Text, Title } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { TaxonomyOut } from "@/api/schema";
import { useMay } from "@/app/session";
import { count } from "@/parts/numbers";
import { rootsOf } from "@/parts/taxonomy";
import { KindChoice } from "../editing/KindChoice";
import { asked } from "../tree/useAct";
import { useHealth } from "../tree/useLook";
import { type Sign, signOf } from "./health";
import type { PaneProps } from "./Pane";
import { SignMark } from "./Sign";

const TOLD: readonly Sign[] = ["alone", "asks", "few", "untrained"];

interface Props extends PaneProps {
  facet: TaxonomyOut["facets"][number];
}

/** One tree of the taxonomy: how many concepts a picture may have of it, and how they all fare. */
export function FacetPane({ facet, editing, ask }: Props) {
  const { t } = useTranslation("taxonomy");
  const mayEdit = useMay("edit");
  const { tree } = editing;
  const live = tree.taxonomy.concepts.filter((each) => each.facet === facet.id && each.live);
  const signs = useSigns(editing, facet.id);
  return (
    <Stack gap="lg">
      <Group justify="space-between" align="flex-start">
        <div>
          <Title order={2} size="h3">
            {facet.label}
          </Title>
          <Text c="dimmed" size="sm">
            {t("facet.concepts", { count: live.length, n: count(live.length) })}
          </Text>
        </div>
        {mayEdit && (
          <Button
            variant="default"
            leftSection={<IconPlus size={16} aria-hidden />}
            onClick={() => ask(asked(tree, rootsOf(facet.id)))}
          >
            {t("do.add")}
          </Button>
        )}
      </Group>
      <KindChoice
        value={facet.kind}
        disabled={!mayEdit}
        onChange={(kind) => editing.plan({ op: "set_facet_kind", facet: facet.id, kind })}
      />
      {signs !== undefined && live.length > 0 && (
        <Stack component="section" gap="xs" aria-label={t("facet.health")}>
          <Title order={3} size="h5">
            {t("facet.health")}
          </Title>
          {TOLD.map((sign) => (
            <Group key={sign} gap="xs" wrap="nowrap">
              <Text className="figures" w={44} ta="right" fw={650}>
                {count(signs.get(sign) ?? 0)}
              </Text>
              <SignMark sign={sign} missing={null} />
              <Text size="sm">{t(`sign.${sign}`)}</Text>
            </Group>
          ))}
        </Stack>
      )}
    </Stack>
  );
}

/** How many concepts fare how; undefined until the server has told. */
function useSigns({ base, tree }: PaneProps["editing"], facet: string) {
  const health = useHealth(base.name);
  if (health === undefined) return undefined;
  const signs = new Map<Sign, number>();
  for (const concept of tree.taxonomy.concepts.filter((each) => each.facet === facet)) {
    const isGroup = (tree.children.get(concept.id) ?? []).some((child) => child.live);
    const sign = signOf(concept, health.byId.get(concept.id), isGroup);
    signs.set(sign, (signs.get(sign) ?? 0) + 1);
  }
  return signs;
}
