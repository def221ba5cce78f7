/** What the label check says over the wire. */
import { queryOptions } from "@tanstack/react-query";
import { api, told } from "@/api/client";
import { keyOf } from "@/api/queries";
import type { Measured } from "@/parts/Figure";
import type { Reason } from "./search";

/** A label that looks wrong. proposed: null where only: not this. */
export interface Suspect {
  asset: string;
  facet: string;
  given: string;
  proposed: string | null;
  score: number;
  found_at: string;
  reason: Reason;
  /** Calibrated, of heads that never saw this label. */
  p_given: number | null;
  p_proposed: number | null;
  /** The nearest labelled pictures; of look-alikes, the first is the look-alike. */
  neighbours: readonly { asset: string; concept: string }[];
}

export interface SuspectPage {
  items: Suspect[];
  total: number;
  next: string | null;
}

export interface ConceptCheck {
  concept: string;
  labels: number;
  suspects: number;
  wrong: Measured;
}

export interface Swap {
  given: string;
  proposed: string | null;
  count: number;
}

export interface FacetCheck {
  facet: string;
  label: string;
  kind: "one" | "any";
  labels: number;
  suspects: number;
  /** Why it could not be checked. */
  refused: string | null;
  wrong: Measured | null;
  concepts: readonly ConceptCheck[];
  swaps: readonly Swap[];
}

export interface CheckReport {
  checked_at: string | null;
  run: string | null;
  waiting: number;
  facets: readonly FacetCheck[];
}

export interface Trial {
  alpha: number;
  score: number;
  kept: number;
}

export interface FacetAlpha {
  facet: string;
  label: string;
  alpha: { value: number } | null;
  per_concept: readonly { concept: string; value: number; left_out: number }[];
  left_out: number;
  labels: number;
  trials: readonly Trial[];
  without: Measured;
  with: Measured;
  gain: Measured;
  worth: boolean;
}

export interface AlphaReport {
  at: string | null;
  facets: readonly FacetAlpha[];
}

/** Which suspects. */
export interface Filter {
  facet?: string | undefined;
  given?: string | undefined;
  proposed?: string | undefined;
  reason?: Reason | undefined;
}

export async function suspectsOf(
  taxonomy: string,
  filter: Filter,
  after: string | null,
  limit: number,
): Promise<SuspectPage> {
  const query = { taxonomy, limit, ...given(filter), ...(after === null ? {} : { after }) };
  return (await told(api.GET("/api/v1/suspects", { params: { query } }))) as unknown as SuspectPage;
}

function given(filter: Filter): Record<string, string> {
  return Object.fromEntries(
    Object.entries(filter).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

/** How many wait. */
export function waitingSuspectsQuery(taxonomy: string, filter: Filter) {
  return queryOptions({
    queryKey: keyOf("suspects", "count", taxonomy, filter),
    queryFn: async () => (await suspectsOf(taxonomy, filter, null, 1)).total,
  });
}

export function checkReportQuery(taxonomy: string) {
  return queryOptions({
    queryKey: keyOf("suspects", "report", taxonomy),
    queryFn: async () =>
      (await told(
        api.GET("/api/v1/suspects/report" as "/api/v1/suspects", {
          params: { query: { taxonomy } },
        }),
      )) as unknown as CheckReport,
  });
}

export function alphaQuery(taxonomy: string) {
  return queryOptions({
    queryKey: keyOf("suspects", "alpha", taxonomy),
    queryFn: async () =>
      (await told(
        api.GET("/api/v1/suspects/alpha" as "/api/v1/suspects", {
          params: { query: { taxonomy } },
        }),
      )) as unknown as AlphaReport,
  });
}
