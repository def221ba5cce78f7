import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { waitingQuery } from "@/parts/answers/waiting";
import type { Outbox } from "@/parts/answers/outbox";

const QUIET = 1_500;

/** Count anew what waits, a moment after answers have arrived. */
export function useRecount(taxonomy: string, outbox: Outbox): void {
  const client = useQueryClient();
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = outbox.listen({
      onSent: () => {
        clearTimeout(timer);
        timer = setTimeout(() => {
          void client.invalidateQueries({ queryKey: waitingQuery(taxonomy).queryKey });
        }, QUIET);
      },
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [client, outbox, taxonomy]);
}
