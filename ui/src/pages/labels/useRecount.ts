import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { keyOf } from "@/api/queries";
import type { Outbox } from "@/parts/answers/outbox";
import { waitingQuery } from "@/parts/answers/waiting";
import { checkReportQuery } from "./wire";

const QUIET = 1_000;

/** Count anew what waits, a moment after answers have arrived. */
export function useRecount(taxonomy: string, outbox: Outbox): void {
  const client = useQueryClient();
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const recount = () => {
      void client.invalidateQueries({ queryKey: checkReportQuery(taxonomy).queryKey });
      void client.invalidateQueries({ queryKey: keyOf("suspects", "count", taxonomy) });
      void client.invalidateQueries({ queryKey: waitingQuery(taxonomy).queryKey });
    };
    const stop = outbox.listen({
      onSent: () => {
        clearTimeout(timer);
        timer = setTimeout(recount, QUIET);
      },
    });
    return () => {
      stop();
      // What was just said counts on the next page, too.
      if (timer !== undefined) recount();
      clearTimeout(timer);
    };
  }, [client, outbox, taxonomy]);
}
