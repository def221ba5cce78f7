import { Stack, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { rootsOf } from "@/parts/taxonomy";
import type { Ask } from "../editing/dialogs";
import type { Editing } from "../editing/useEditing";
import { ConceptPane } from "./ConceptPane";
import { FacetPane } from "./FacetPane";

export type PaneTab = "fares" | "words";

export interface PaneProps {
  editing: Editing;
  ask: Ask;
  select: (id: string) => void;
  /** Stays while one goes from concept to concept. */
  tab: PaneTab;
  setTab: (tab: PaneTab) => void;
}

type Given = Omit<PaneProps, "tab" | "setTab"> & { selected: string | null };

/** What is picked in the tree: a concept, or a facet. */
export function Pane({ selected, ...given }: Given) {
  const { t } = useTranslation("taxonomy");
  const [tab, setTab] = useState<PaneTab>("fares");
  const props = { ...given, tab, setTab };
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
