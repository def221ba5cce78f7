/** What the label check says over the wire. */
import { queryOptions } from "@tanstack/react-query";
import { api, told } from "@/api/client";
import { keyOf } from "@/api/queries";
import type {
  AlphaFacetOut as FacetAlpha,
  AlphaOut as AlphaReport,
  AlphaTrialOut as Trial,
  CheckedConceptOut as ConceptCheck,
  CheckedFacetOut as FacetCheck,
  CheckOut as CheckReport,
  SuspectOut as Suspect,
  SuspectsOut as SuspectPage,
  SwapOut as Swap,
} from "@/api/schema";
import type { Reason } from "./search";

export type {
  AlphaReport,
  CheckReport,
  ConceptCheck,
  FacetAlpha,
  FacetCheck,
  Suspect,
  SuspectPage,
  Swap,
  Trial,
};

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
    queryFn: () => told(api.GET("/api/v1/suspects/report", { params: { query: { taxonomy } } })),
  });
}

export function alphaQuery(taxonomy: string) {
  return queryOptions({
    queryKey: keyOf("suspects", "alpha", taxonomy),
    queryFn: () => told(api.GET("/api/v1/suspects/alpha", { params: { query: { taxonomy } } })),
  });
}

/** How many pictures have a label. */
export function labelledQuery(taxonomy: string) {
  return queryOptions({
    queryKey: keyOf("assets", "labelled", taxonomy),
    queryFn: async () =>
      (
        await told(
          api.GET("/api/v1/assets", {
            params: { query: { taxonomy, status: ["confirmed"], limit: 1 } },
          }),
        )
      ).total,
  });
}
