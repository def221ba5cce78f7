import { useCallback, useEffect, useState } from "react";
import { Pile as Paged, type Settled as Done, type View as Seen } from "@/parts/answers/pile";
import { useOutbox } from "@/parts/answers/useOutbox";
import { answerOf, correction } from "../choices";
import { idOf, Source } from "../source";
import type { Labels } from "../useLabels";
import { type Suspect, suspectsOf } from "../wire";
import type { FacetSwap } from "./swaps";
import { useAfterCheck } from "./useDesk";

/** Each is judged by itself, look-alike or not. */
export type Tiled = Suspect & { group: string };
export type Pile = Paged<Tiled>;
export type View = Seen<Tiled>;
export type Settled = Done<Tiled>;

interface Made {
  pile: Pile;
  source: Source;
}

/** The suspects of one swap, a page at a time. */
export function usePile(labels: Labels, swap: FacetSwap | null, size: number | undefined) {
  const { taxonomy, report } = labels;
  const outbox = useOutbox();
  const [made, setMade] = useState<Made | null>(null);
  const { facet, given } = swap ?? {};
  const proposed = swap?.proposed ?? null;
  useEffect(() => {
    if (facet === undefined || given === undefined || size === undefined) return;
    const filter = { facet, given, proposed: proposed ?? undefined };
    const source = new Source(
      (after, limit) => suspectsOf(taxonomy, filter, after, limit),
      () => undefined,
      (item) => item.proposed === proposed,
    );
    const pile: Pile = new Paged({
      size,
      next: async (count) =>
        (await source.next(count)).map((item) => ({ ...item, group: item.asset })),
      release: (assets) => source.release(assets.map((asset) => idOf({ asset, facet, given }))),
      // What is ticked off is right as it is: there the doubt was wrong.
      answer: (item, isDoubted) => answerOf(item, isDoubted ? correction(item) : { kind: "keep" }),
      decide: (id, answers) => outbox.decide(id, { taxonomy, queue: "suspects", answers }),
      takeBack: (id) => outbox.takeBack(id),
      count: () => undefined,
    });
    const stop = outbox.listen(pile.listener);
    void outbox.drained().then(() => pile.start());
    setMade({ pile, source });
    return () => {
      pile.close();
      stop();
    };
  }, [taxonomy, facet, given, proposed, size, outbox]);
  const renew = useCallback(() => {
    made?.source.rewind();
    void made?.pile.renew();
  }, [made]);
  useAfterCheck(report.checked_at, renew);
  return { pile: swap === null ? null : (made?.pile ?? null), renew };
}
