import { ActionIcon, Group, NativeSelect, Text, Title } from "@mantine/core";
import { IconAdjustmentsHorizontal, IconZoomIn, IconZoomOut } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { count } from "@/parts/numbers";
import classes from "./Library.module.css";
import { SORTS } from "./query";
import type { LibraryState } from "./useLibrary";

interface Props {
  state: LibraryState;
  zoom: number;
  onZoom: (step: number) => void;
  onFacets: () => void;
}

/** Heights of rows that can be chosen, in pixels. */
export const ZOOMS = [90, 120, 150, 190, 240, 300, 380] as const;

/** How many there are, in which order, how large. */
export function Toolbar({ state, zoom, onZoom, onFacets }: Props) {
  const { t } = useTranslation("library");
  const { pictures, like, sort, query } = state;
  const asksTags = Boolean(query.concept || query.status || query.min_p || query.max_p);
  const usual = asksTags ? "rank" : "newest";
  const total = pictures.total;
  return (
    <div className={classes.line}>
      <ActionIcon
        hiddenFrom="md"
        variant="default"
        size="lg"
        aria-label={t("facets.show")}
        onClick={onFacets}
      >
        <IconAdjustmentsHorizontal size={20} />
      </ActionIcon>
      <Title order={1} size="h4" className="visually-hidden">
        {t("title")}
      </Title>
      <Text size="sm" c="dimmed" role="status" className="figures" truncate style={{ flex: 1 }}>
        {!pictures.isPending && t("found", { count: total, shown: count(total) })}
      </Text>
      {like === undefined && (
        <NativeSelect
          size="xs"
          w={{ base: 140, sm: 164 }}
          aria-label={t("sort.label")}
          data={SORTS.map((value) => ({ value, label: t(`sort.${value}`) }))}
          value={sort ?? usual}
          onChange={({ currentTarget: { value } }) =>
            state.sortBy(value === usual ? undefined : value)
          }
        />
      )}
      <Group gap={4} wrap="nowrap">
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={t("zoom.out")}
          disabled={zoom === 0}
          onClick={() => onZoom(zoom - 1)}
        >
          <IconZoomOut size={18} />
        </ActionIcon>
        <input
          type="range"
          className={classes.zoom}
          min={0}
          max={ZOOMS.length - 1}
          value={zoom}
          aria-label={t("zoom.label")}
          onChange={(event) => onZoom(Number(event.currentTarget.value))}
        />
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={t("zoom.in")}
          disabled={zoom === ZOOMS.length - 1}
          onClick={() => onZoom(zoom + 1)}
        >
          <IconZoomIn size={18} />
        </ActionIcon>
      </Group>
    </div>
  );
}
