import { queryOptions } from "@tanstack/react-query";
import { api, told } from "@/api/client";
import { keyOf } from "@/api/queries";

/** How much waits in each queue and for each concept. */
export function waitingQuery(taxonomy: string) {
  return queryOptions({
    queryKey: keyOf("review", "waiting", taxonomy),
    queryFn: () => told(api.GET("/api/v1/review/waiting", { params: { query: { taxonomy } } })),
  });
}
