import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { taxonomiesQuery } from "@/api/queries";
import type { MapOut } from "@/api/schema";
import { useTrees } from "@/pages/library/trees";
import type { Tree } from "@/parts/taxonomy";
import type { Facet } from "./queries";
import type { MapSearch } from "./search";

interface Choices {
  facet: Facet | undefined;
  tree: Tree | undefined;
  /** Every facet there is, and what to call it: by its taxonomy too where there are several. */
  all: { facet: Facet; label: string }[];
}

/** Of which taxonomy and facet the page speaks: what the address says, else what the map is of. */
export function useFacet(map: MapOut, search: MapSearch): Choices {
  const trees = useTrees();
  const names = useQuery(taxonomiesQuery()).data;
  return useMemo(() => {
    const several = trees.size > 1;
    const all = [...trees.values()].flatMap(({ taxonomy }) =>
      taxonomy.facets.map(({ id, label }) => ({
        facet: { taxonomy: taxonomy.name, facet: id },
        label: several && taxonomy.name !== label ? `${taxonomy.name} › ${label}` : label,
      })),
    );
    const wanted = search.taxonomy ?? map.taxonomy ?? names?.[0]?.name;
    const own = all.filter(({ facet }) => facet.taxonomy === wanted);
    const found = own.find(({ facet }) => facet.facet === search.facet) ?? own[0] ?? all[0];
    return { facet: found?.facet, tree: trees.get(found?.facet.taxonomy ?? ""), all };
  }, [trees, names, map.taxonomy, search.taxonomy, search.facet]);
}
