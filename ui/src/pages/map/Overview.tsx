import { Group, Select, Stack, Text, Title } from "@mantine/core";
import { useLocalStorage } from "@mantine/hooks";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { MapGroupOut, MapOut } from "@/api/schema";
import type { Tree } from "@/parts/taxonomy";
import { ClusterRow } from "./ClusterRow";
import classes from "./Map.module.css";
import type { Facet } from "./queries";
import { type Sorting, sorted } from "./quality";
import { Unknown } from "./Unknown";

interface Props {
  map: MapOut;
  tree: Tree | undefined;
  facet: Facet | undefined;
  nameOf: (cluster: number) => string;
  /** The cluster that was last looked at: its row takes the focus back. */
  last: number | null;
  onCluster: (id: number) => void;
  onGroup: (group: MapGroupOut) => void;
  onDone: () => void;
}

/** Where work is worth most: what fits nothing, what nobody labelled, and all groups. */
export function Overview({ map, tree, facet, ...props }: Props) {
  const { t } = useTranslation("map");
  const [by, setBy] = useState<Sorting>("islands");
  const [left, setLeft] = useLocalStorage<number[]>({
    key: `tagwright.map.left.${map.id}`,
    defaultValue: [],
    getInitialValueInEffect: false,
  });
  const unknown = map.unknown.filter(({ group }) => !left.includes(group));
  const islands = new Set(map.islands);
  return (
    <Stack gap="lg">
      {unknown.length > 0 && (
        <section aria-label={t("unknown.title")}>
          <Title order={2} size="h5">
            {t("unknown.title")}
          </Title>
          <Text size="sm" c="dimmed" mb="xs">
            {t("unknown.about")}
          </Text>
          <Stack gap="xs">
            {unknown.map((group) => (
              <Unknown
                key={group.group}
                map={map}
                group={group}
                tree={tree}
                facet={facet}
                onLook={() => props.onGroup(group)}
                onLeave={() => setLeft([...left, group.group])}
                onDone={props.onDone}
              />
            ))}
          </Stack>
        </section>
      )}
      <section aria-label={t("clusters.title")}>
        <Group justify="space-between" mb="xs" wrap="nowrap">
          <Title order={2} size="h5">
            {t("clusters.title")}
          </Title>
          <Select
            size="xs"
            w={176}
            aria-label={t("clusters.order")}
            allowDeselect={false}
            data={(["islands", "size", "labelled"] as const).map((value) => ({
              value,
              label: t(`clusters.by.${value}`),
            }))}
            value={by}
            onChange={(value) => setBy((value ?? "islands") as Sorting)}
          />
        </Group>
        {map.clusters.length === 0 && (
          <Text size="sm" c="dimmed">
            {t("clusters.none")}
          </Text>
        )}
        <ul className={classes.clusters}>
          {sorted(map.clusters, map.islands, by).map((cluster) => (
            <li key={cluster.id}>
              <ClusterRow
                cluster={cluster}
                name={props.nameOf(cluster.id)}
                isIsland={islands.has(cluster.id)}
                isLast={cluster.id === props.last}
                onOpen={() => props.onCluster(cluster.id)}
              />
            </li>
          ))}
        </ul>
      </section>
    </Stack>
  );
}
