import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback } from "react";
import { taxonomiesQuery } from "@/api/queries";
import { type Tree, useTree } from "@/parts/taxonomy";
import type { LabelsSearch } from "./search";
import { type CheckReport, checkReportQuery, type Filter } from "./wire";

/** The label check of a taxonomy, once everything about it is known. */
export interface Labels {
  tree: Tree;
  taxonomy: string;
  report: CheckReport;
  search: LabelsSearch;
  filter: Filter;
  /** Change the address; `push`: one may come back by the browser's own way. */
  choose: (search: LabelsSearch, push?: boolean) => void;
}

interface Asked {
  names: readonly string[] | undefined;
  labels: Labels | null;
  error: unknown;
  retry: () => void;
}

const NO_FILTER = {
  facet: undefined,
  given: undefined,
  proposed: undefined,
  reason: undefined,
} as const;

export function useLabels(): Asked {
  const search = useSearch({ from: "/w/$ws/labels" });
  const listed = useQuery(taxonomiesQuery());
  const names = listed.data?.map(({ name }) => name);
  const taxonomy = names?.find((name) => name === search.taxonomy) ?? names?.[0];
  const tree = useTree(taxonomy);
  const asked = useQuery({
    ...checkReportQuery(taxonomy ?? ""),
    enabled: taxonomy !== undefined,
  });
  const choose = useChoose();
  const isKnown = tree && asked.data && taxonomy !== undefined && tree.taxonomy.name === taxonomy;
  return {
    names,
    error: listed.error ?? asked.error,
    retry: () => void (listed.error ? listed.refetch() : asked.refetch()),
    labels: isKnown
      ? { tree, taxonomy, report: asked.data, search, filter: filterOf(search), choose }
      : null,
  };
}

function filterOf({ facet, given, proposed, reason }: LabelsSearch): Filter {
  return { facet, given, proposed, reason };
}

function useChoose(): Labels["choose"] {
  const navigate = useNavigate({ from: "/w/$ws/labels" });
  return useCallback(
    (chosen, push = false) =>
      void navigate({ search: (now) => ({ ...now, ...chosen }), replace: !push }),
    [navigate],
  );
}

/** Some suspects and no others. */
export function only(filter: Filter): Filter {
  return { ...NO_FILTER, ...filter };
}
