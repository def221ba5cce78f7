import { Button, Group, Paper, Text } from "@mantine/core";
import { IconPlus, IconZoomIn } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { MapGroupOut, MapOut } from "@/api/schema";
import { useMay } from "@/app/session";
import { count } from "@/parts/numbers";
import type { Tree } from "@/parts/taxonomy";
import { Faces } from "./Faces";
import { NewConcept } from "./NewConcept";
import type { Facet } from "./queries";

interface Props {
  map: MapOut;
  group: MapGroupOut;
  tree: Tree | undefined;
  facet: Facet | undefined;
  onLook: () => void;
  onLeave: () => void;
  onDone: () => void;
}

/** Pictures that look alike and fit nothing: perhaps a concept that is missing. */
export function Unknown({ map, group, tree, facet, onLook, onLeave, onDone }: Props) {
  const { t } = useTranslation("map");
  const mayEdit = useMay("edit");
  const [isMaking, setMaking] = useState(false);
  return (
    <Paper withBorder radius="md" p="sm">
      <Text size="sm" fw={600} mb={8}>
        {t("unknown.told", { count: group.size, shown: count(group.size) })}
      </Text>
      <Faces assets={group.assets.slice(0, 6)} />
      <Group gap={6} mt="xs">
        {mayEdit && tree && facet && (
          <Button
            size="compact-sm"
            leftSection={<IconPlus size={15} aria-hidden />}
            onClick={() => setMaking(true)}
          >
            {t("unknown.make")}
          </Button>
        )}
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<IconZoomIn size={15} aria-hidden />}
          onClick={onLook}
        >
          {t("unknown.look")}
        </Button>
        <Button size="compact-sm" variant="subtle" color="gray" onClick={onLeave}>
          {t("unknown.leave")}
        </Button>
      </Group>
      {isMaking && tree && facet && (
        <NewConcept
          map={map}
          tree={tree}
          facet={facet}
          source={{ group: group.group }}
          size={group.size}
          proposed={group.name}
          onClose={() => setMaking(false)}
          onDone={onDone}
        />
      )}
    </Paper>
  );
}
