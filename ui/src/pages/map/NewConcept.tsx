import { Button, Group, Stack, Text, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { ConceptOut, MapOut } from "@/api/schema";
import { ConceptPicker } from "@/parts/ConceptPicker";
import { Dialog } from "@/parts/Dialog";
import { count } from "@/parts/numbers";
import { pathOf, type Tree } from "@/parts/taxonomy";
import { type Source, useMakeConcept } from "./acts";
import type { Facet } from "./queries";

interface Props {
  map: MapOut;
  tree: Tree;
  facet: Facet;
  source: Source;
  size: number;
  proposed: string;
  onClose: () => void;
  onDone: () => void;
}

/** A name and a place in the taxonomy for pictures that fit nothing yet. */
export function NewConcept({ map, tree, facet, source, size, proposed, ...props }: Props) {
  const { t } = useTranslation(["map", "app"]);
  const [label, setLabel] = useState(proposed);
  const [parent, setParent] = useState<ConceptOut | null>(null);
  const make = useMakeConcept({ map: map.id, ...facet }, () => {
    props.onClose();
    props.onDone();
  });
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    if (!label.trim()) return;
    make.mutate({ source, label: label.trim(), parent: parent?.id ?? null });
  };
  return (
    <Dialog opened onClose={props.onClose} title={t("concept.title")}>
      <form onSubmit={onSubmit}>
        <Stack>
          <Text size="sm" c="dimmed">
            {t("concept.about", {
              count: size,
              shown: count(size),
              taxonomy: tree.taxonomy.name,
            })}
          </Text>
          <TextInput
            data-autofocus
            label={t("concept.name")}
            value={label}
            maxLength={200}
            onChange={(event) => setLabel(event.currentTarget.value)}
          />
          <div>
            <Text size="sm" fw={500} mb={4}>
              {t("concept.parent")}
            </Text>
            <Group justify="space-between" mb={6}>
              <Text size="sm" c={parent ? undefined : "dimmed"}>
                {parent ? pathOf(tree, parent) : t("concept.root")}
              </Text>
              {parent && (
                <Button size="compact-xs" variant="subtle" onClick={() => setParent(null)}>
                  {t("concept.noParent")}
                </Button>
              )}
            </Group>
            <ConceptPicker
              tree={tree}
              facet={facet.facet}
              label={t("concept.findParent")}
              onPick={setParent}
            />
          </div>
          <Group justify="flex-end">
            <Button variant="default" onClick={props.onClose}>
              {t("app:cancel")}
            </Button>
            <Button type="submit" loading={make.isPending} disabled={!label.trim()}>
              {t("concept.make")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
