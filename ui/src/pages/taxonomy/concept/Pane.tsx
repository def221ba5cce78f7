import { Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { rootsOf } from "@/parts/taxonomy";
import type { Ask } from "../editing/dialogs";
import type { Editing } from "../editing/useEditing";
import { ConceptPane } from "./ConceptPane";
import { FacetPane } from "./FacetPane";

export interface PaneProps {
  editing: Editing;
  ask: Ask;
  select: (id: string) => void;
}

/** What is picked in the tree: a concept, or a facet. */
export function Pane({ selected, ...props }: PaneProps & { selected: string | null }) {
  const { t } = useTranslation("taxonomy");
  const { tree } = props.editing;
  const concept = selected === null ? undefined : tree.byId.get(selected);
  const facet = tree.taxonomy.facets.find((each) => rootsOf(each.id) === selected);
  if (concept) return <ConceptPane key={concept.id} concept={concept} {...props} />;
  if (facet) return <FacetPane key={facet.id} facet={facet} {...props} />;
  return (
    <Stack align="center" p="xl">
      <Text c="dimmed">{t("pane.none")}</Text>
    </Stack>
  );
}
