import { Button, Group, Menu, Stack, Text } from "@mantine/core";
import { IconCheck, IconChevronDown, IconEye, IconPlus, IconXboxX } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { MapOut } from "@/api/schema";
import { useMay } from "@/app/session";
import { ConceptPicker } from "@/parts/ConceptPicker";
import { count } from "@/parts/numbers";
import { type Tree, wordOf } from "@/parts/taxonomy";
import { type Act, useSelect } from "./acts";
import type { Share } from "./choice";
import { NewConcept } from "./NewConcept";
import type { Facet } from "./queries";

interface Props {
  map: MapOut;
  indices: Uint32Array;
  shares: readonly Share[];
  tree: Tree;
  facet: Facet;
  onDone: () => void;
}

/** So many concepts that they carry are one press away. */
const OFFERED = 3;

/** Label all that is chosen, say what it is not, or have somebody look at it. */
export function ChoiceActs({ map, indices, shares, tree, facet, onDone }: Props) {
  const { t } = useTranslation("map");
  const mayEdit = useMay("edit");
  const [isMaking, setMaking] = useState(false);
  const select = useSelect({ map: map.id, ...facet }, onDone);
  const act = (action: Act["action"], concept?: string) => {
    const known = concept === undefined ? undefined : tree.byId.get(concept);
    select.mutate({ action, indices, ...(known && { concept: known.id, word: wordOf(known) }) });
  };
  const carried = shares.flatMap(({ concept }) => (concept === null ? [] : [concept]));
  const concepts = carried.map((id) => tree.byId.get(id)).filter((known) => known !== undefined);
  return (
    <Stack gap="xs" aria-busy={select.isPending}>
      {concepts.length > 0 && (
        <Group gap={6}>
          {concepts.slice(0, OFFERED).map((concept, at) => (
            <Button
              key={concept.id}
              size="compact-md"
              variant={at === 0 ? "filled" : "light"}
              disabled={select.isPending}
              leftSection={<IconCheck size={16} aria-hidden />}
              onClick={() => act("label", concept.id)}
            >
              {t("act.allAre", {
                count: indices.length,
                shown: count(indices.length),
                word: wordOf(concept),
              })}
            </Button>
          ))}
        </Group>
      )}
      <ConceptPicker
        tree={tree}
        facet={facet.facet}
        label={t("act.label")}
        onPick={({ id }) => act("label", id)}
      />
      <Group gap={6}>
        {concepts.length > 0 && (
          <Menu position="bottom-start" shadow="md">
            <Menu.Target>
              <Button
                size="compact-sm"
                variant="default"
                disabled={select.isPending}
                leftSection={<IconXboxX size={16} aria-hidden />}
                rightSection={<IconChevronDown size={14} aria-hidden />}
              >
                {t("act.reject")}
              </Button>
            </Menu.Target>
            <Menu.Dropdown>
              {concepts.slice(0, 10).map((concept) => (
                <Menu.Item key={concept.id} onClick={() => act("reject", concept.id)}>
                  {t("act.isNot", { word: wordOf(concept) })}
                </Menu.Item>
              ))}
            </Menu.Dropdown>
          </Menu>
        )}
        <Button
          size="compact-sm"
          variant="default"
          disabled={select.isPending}
          leftSection={<IconEye size={16} aria-hidden />}
          onClick={() => act("review")}
        >
          {t("act.review")}
        </Button>
        {mayEdit && (
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<IconPlus size={16} aria-hidden />}
            onClick={() => setMaking(true)}
          >
            {t("act.concept")}
          </Button>
        )}
      </Group>
      <Text size="xs" c="dimmed">
        {t("act.about")}
      </Text>
      {isMaking && (
        <NewConcept
          map={map}
          tree={tree}
          facet={facet}
          source={{ indices: [...indices] }}
          size={indices.length}
          proposed=""
          onClose={() => setMaking(false)}
          onDone={onDone}
        />
      )}
    </Stack>
  );
}
