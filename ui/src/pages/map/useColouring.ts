import { useComputedColorScheme } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { TFunction } from "i18next";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { MapOut } from "@/api/schema";
import type { Scheme } from "./colours";
import { byCode, byValue, type Coloured, type Colouring, type Meaning } from "./legend";
import type { Points } from "./points";
import { coloursQuery, type Facet, type Known } from "./queries";

export interface Painted extends Coloured {
  by: Colouring;
  codes: Int32Array | Float32Array;
  scheme: Scheme;
}

/** How the points are coloured now; undefined until it is known. */
export function useColouring(
  map: MapOut,
  points: Points,
  by: Colouring,
  facet: Facet | undefined,
): { painted: Painted | undefined; error: unknown } {
  const { t } = useTranslation("map");
  const scheme = useComputedColorScheme("light", { getInitialValueInEffect: false });
  const asked = by === "cluster" ? "tag" : by;
  const { data, error, isPlaceholderData } = useQuery({
    ...coloursQuery(map.id, asked, facet),
    enabled: by !== "cluster" && facet !== undefined,
    placeholderData: keepPreviousData,
  });
  const painted = useMemo(() => {
    const known = by === "cluster" ? clustersOf(map, points) : data;
    // What was asked for before means something else.
    if (known === undefined || (by !== "cluster" && isPlaceholderData)) return undefined;
    const none = t(`none.${by}`);
    const { codes } = known;
    const coloured =
      codes instanceof Int32Array
        ? byCode(codes, worded(known, by, t), none, scheme)
        : byValue(codes, none, scheme);
    return { ...coloured, by, codes, scheme };
  }, [by, map, points, data, isPlaceholderData, t, scheme]);
  return { painted, error: by === "cluster" ? null : error };
}

function clustersOf(map: MapOut, points: Points): Known {
  const meanings = map.clusters.map(({ id, name, size }) => ({
    code: id,
    concept: null,
    label: name,
    count: size,
  }));
  return { codes: points.cluster, meanings };
}

/** Words of our own for codes that are the same for every taxonomy. */
function worded(known: Known, by: Colouring, t: TFunction<"map">): Meaning[] {
  if (by !== "source" && by !== "labelled") return known.meanings;
  return known.meanings.map((each) => ({
    ...each,
    label: t(`${by}.${each.code}`, { defaultValue: each.label }),
  }));
}
