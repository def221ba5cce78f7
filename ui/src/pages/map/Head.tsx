import { Button, Menu, Select, Title } from "@mantine/core";
import { IconChevronDown, IconMap2, IconMapPinPlus } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { MapOut } from "@/api/schema";
import { useMay } from "@/app/session";
import { count, moment } from "@/parts/numbers";
import { About } from "./About";
import { COLOURINGS, type Colouring } from "./legend";
import classes from "./Map.module.css";
import { useDraw, useIsDrawing, USUAL } from "./MapJobs";
import { NewMap } from "./NewMap";
import type { Facet } from "./queries";
import type { MapSearch } from "./search";

interface Props {
  map: MapOut;
  maps: readonly MapOut[];
  by: Colouring;
  facet: Facet | undefined;
  facets: readonly { facet: Facet; label: string }[];
  onSearch: (change: MapSearch) => void;
}

/** What is shown, how it is coloured, how far to trust it, and a way to a new map. */
export function Head({ map, maps, by, facet, facets, onSearch }: Props) {
  const { t } = useTranslation("map");
  const colourings = COLOURINGS.filter((each) => facet !== undefined || each === "cluster");
  const keyOf = (each: Facet) => `${each.taxonomy}\n${each.facet}`;
  return (
    <header className={classes.head}>
      <Title order={1} size="h4">
        {t("title")}
      </Title>
      <Select
        size="sm"
        w={190}
        aria-label={t("colour.label")}
        leftSectionWidth={66}
        leftSection={<span className={classes.lead}>{t("colour.lead")}</span>}
        leftSectionPointerEvents="none"
        allowDeselect={false}
        data={colourings.map((value) => ({ value, label: t(`colour.${value}`) }))}
        value={by}
        onChange={(value) => onSearch({ by: value ?? undefined })}
      />
      {facets.length > 1 && facet && (
        <Select
          size="sm"
          w={190}
          aria-label={t("colour.facet")}
          allowDeselect={false}
          data={facets.map((each) => ({ value: keyOf(each.facet), label: each.label }))}
          value={keyOf(facet)}
          onChange={(value) => {
            const found = facets.find((each) => keyOf(each.facet) === value)?.facet;
            if (found) onSearch({ ...found });
          }}
        />
      )}
      <span className={classes.spring} />
      <About map={map} />
      <Drawing map={map} maps={maps} facet={facet} onSearch={onSearch} />
    </header>
  );
}

type DrawingProps = Pick<Props, "map" | "maps" | "facet" | "onSearch">;

function Drawing({ map, maps, facet, onSearch }: DrawingProps) {
  const { t } = useTranslation("map");
  const mayDraw = useMay("train");
  const isDrawing = useIsDrawing();
  const draw = useDraw();
  const [isAsking, setAsking] = useState(false);
  return (
    <>
      <Menu position="bottom-end" shadow="md" width={280}>
        <Menu.Target>
          <Button
            variant="default"
            size="sm"
            leftSection={<IconMap2 size={17} aria-hidden />}
            rightSection={<IconChevronDown size={14} aria-hidden />}
          >
            {t("maps.label")}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {mayDraw && (
            <Menu.Item
              disabled={isDrawing}
              leftSection={<IconMap2 size={16} aria-hidden />}
              onClick={() => setAsking(true)}
            >
              {t("maps.new")}
            </Menu.Item>
          )}
          {mayDraw && map.waiting > 0 && (
            <Menu.Item
              disabled={isDrawing}
              leftSection={<IconMapPinPlus size={16} aria-hidden />}
              onClick={() => draw.mutate({ ...USUAL, onto: map.id })}
            >
              {t("maps.place", { count: map.waiting, shown: count(map.waiting) })}
            </Menu.Item>
          )}
          <Menu.Label>{t("maps.kept")}</Menu.Label>
          {maps.map((each) => (
            <Menu.Item
              key={each.id}
              aria-current={each.id === map.id || undefined}
              fw={each.id === map.id ? 650 : undefined}
              onClick={() => onSearch({ map: each.id })}
            >
              {t("maps.one", {
                when: moment(each.at),
                method: t(`new.${each.method}`),
                view: t(`maps.${each.view}`),
              })}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      {isAsking && (
        <NewMap taxonomy={facet?.taxonomy ?? map.taxonomy} onClose={() => setAsking(false)} />
      )}
    </>
  );
}
