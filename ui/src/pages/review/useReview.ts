import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback, useEffect } from "react";
import { taxonomiesQuery } from "@/api/queries";
import type { WaitingOut } from "@/api/schema";
import { useWorkspace } from "@/app/session";
import { useKept } from "@/parts/answers/useKept";
import { type Tree, useTree } from "@/parts/taxonomy";
import type { FacetOut } from "./options";
import { waitingQuery } from "@/parts/answers/waiting";
import { QUEUES } from "./queues";
import type { Kind, Mode, Order, ReviewSearch } from "./search";

/** What is reviewed and how, once everything about it is known. */
export interface Review {
  tree: Tree;
  taxonomy: string;
  facet: FacetOut;
  concept: string | undefined;
  kind: Kind;
  mode: Mode;
  order: Order;
  waiting: WaitingOut;
  choose: (search: ReviewSearch) => void;
}

export interface Asked {
  names: readonly string[] | undefined;
  review: Review | null;
  error: unknown;
  retry: () => void;
}

/** The address says what is reviewed; what it leaves open is as it was last time. */
export function useReview(): Asked {
  const search = useSearch({ from: "/w/$ws/review" });
  const ws = useWorkspace();
  const [lastTaxonomy, keepTaxonomy] = useKept<string>(`taxonomy.${ws}`, "");
  const [lastMode, keepMode] = useKept<Mode>("mode", "single");
  const [lastOrder, keepOrder] = useKept<Order>("order", "surest");
  const listed = useQuery(taxonomiesQuery());
  const names = listed.data?.map(({ name }) => name);
  const taxonomy = [search.taxonomy, lastTaxonomy, names?.[0]].find(
    (name) => name !== undefined && names?.includes(name),
  );
  const tree = useTree(taxonomy);
  const counted = useQuery({ ...waitingQuery(taxonomy ?? ""), enabled: taxonomy !== undefined });
  useEffect(() => {
    if (taxonomy !== undefined) keepTaxonomy(taxonomy);
    if (search.mode !== undefined) keepMode(search.mode);
    if (search.order !== undefined) keepOrder(search.order);
  }, [taxonomy, search.mode, search.order, keepTaxonomy, keepMode, keepOrder]);
  const choose = useChoose();
  const kind = search.kind ?? "uncertain";
  const facets = tree?.taxonomy.facets ?? [];
  const concept = tree?.byId.get(search.concept ?? "");
  const facet =
    facets.find(({ id }) => id === (concept?.facet ?? search.facet)) ?? facets[0] ?? null;
  const mode = QUEUES[kind].counted === null ? "single" : (search.mode ?? lastMode);
  const isKnown = tree && facet && counted.data && tree.taxonomy.name === taxonomy;
  return {
    names,
    error: listed.error ?? counted.error,
    retry: () => void (listed.error ? listed.refetch() : counted.refetch()),
    review: isKnown
      ? {
          tree,
          taxonomy,
          facet,
          concept: concept?.id,
          kind,
          mode,
          order: search.order ?? lastOrder,
          waiting: counted.data,
          choose,
        }
      : null,
  };
}

function useChoose(): (search: ReviewSearch) => void {
  const navigate = useNavigate({ from: "/w/$ws/review" });
  return useCallback(
    (chosen) => void navigate({ search: (now) => ({ ...now, ...chosen }), replace: true }),
    [navigate],
  );
}
