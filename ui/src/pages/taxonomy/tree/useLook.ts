import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { countsQuery, healthQuery } from "@/api/queries";
import { rootsOf } from "@/parts/taxonomy";
import { counted, healthOf, missing, signOf } from "../concept/health";
import type { Editing } from "../editing/useEditing";
import type { Row } from "./rows";
import type { Look } from "./TreeRow";

export function useHealth(taxonomy: string) {
  const { data } = useQuery({ ...healthQuery(taxonomy), staleTime: 60_000 });
  return useMemo(() => (data === undefined ? undefined : healthOf(data)), [data]);
}

export function useCounts(taxonomy: string) {
  const { data } = useQuery(countsQuery());
  return useMemo(() => {
    const facets = data?.facets;
    return facets ? counted(facets, taxonomy) : undefined;
  }, [data, taxonomy]);
}

/** What each line shows beside its name. Kept, so that a line is drawn anew only if it changed. */
export function useLook({ tree, touched, base }: Editing): (row: Row) => Look {
  const health = useHealth(base.name);
  const counts = useCounts(base.name);
  return useMemo(() => {
    const looks = new Map<string, Look>();
    const lookOf = ({ id, facet, concept }: Row): Look => {
      const changed = touched.has(id);
      if (concept === null) {
        const pictures = counts === undefined ? null : inFacet(tree, facet.id, counts);
        return { pictures, sign: null, missing: null, changed };
      }
      const own = health?.byId.get(id);
      const isGroup = (tree.children.get(id) ?? []).some((child) => child.live);
      const sign = health === undefined ? null : signOf(concept, own, isGroup);
      const more = sign === null ? null : missing(sign, own);
      return {
        pictures: counts && concept.live ? (counts.get(id) ?? 0) : null,
        sign,
        missing: more,
        changed,
      };
    };
    return (row) => {
      const look = looks.get(row.id) ?? lookOf(row);
      looks.set(row.id, look);
      return look;
    };
  }, [tree, touched, health, counts]);
}

/** Of its first concepts: a picture with two of them counts twice, as nobody tells it apart. */
function inFacet(
  tree: Editing["tree"],
  facet: string,
  counts: ReadonlyMap<string, number>,
): number | null {
  const roots = tree.children.get(rootsOf(facet)) ?? [];
  if (roots.length === 0) return null;
  const kind = tree.taxonomy.facets.find((each) => each.id === facet)?.kind;
  if (kind !== "one") return null;
  return roots.reduce((sum, root) => sum + (counts.get(root.id) ?? 0), 0);
}
