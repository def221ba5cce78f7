import { Badge, Group, Progress, Text, UnstyledButton } from "@mantine/core";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { MapClusterOut } from "@/api/schema";
import { Picture } from "@/parts/Picture";
import { count, percent } from "@/parts/numbers";
import classes from "./Map.module.css";
import { labelledShare } from "./quality";

interface Props {
  cluster: MapClusterOut;
  name: string;
  isIsland: boolean;
  isLast: boolean;
  onOpen: () => void;
}

/** A cluster: some of its pictures, its proposed name, its size, and how much of it is labelled. */
export function ClusterRow({ cluster, name, isIsland, isLast, onOpen }: Props) {
  const { t } = useTranslation("map");
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (isLast) button.current?.focus();
  }, [isLast]);
  const share = labelledShare(cluster);
  return (
    <UnstyledButton ref={button} className={classes.cluster} onClick={onOpen}>
      <span className={classes.strip} aria-hidden>
        {cluster.sample.slice(0, 3).map((asset) => (
          <Picture key={asset} asset={asset} box={160} alt="" />
        ))}
      </span>
      <span className={classes.clusterText}>
        <Group gap={6} wrap="nowrap">
          <Text span size="sm" fw={600} truncate>
            {name}
          </Text>
          {isIsland && (
            <Badge size="sm" variant="outline" color="gray" tt="none" radius="sm">
              {t("clusters.island")}
            </Badge>
          )}
        </Group>
        <Text span size="xs" c="dimmed" className="figures">
          {t("clusters.told", {
            count: cluster.size,
            shown: count(cluster.size),
            share: percent(share),
          })}
        </Text>
        <Progress.Root size={5} aria-hidden>
          <Progress.Section value={100 * share} aria-hidden />
        </Progress.Root>
      </span>
    </UnstyledButton>
  );
}
