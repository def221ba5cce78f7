import { useEffect, useState } from "react";
import { useWorkspace } from "@/app/session";
import { Pile, type Settled } from "../pile";
import { release } from "@/parts/answers/post";
import { nextOf } from "../queries";
import { type Done, sittingOf } from "../sitting";
import { useOutbox } from "@/parts/answers/useOutbox";
import type { Review } from "../useReview";

/** The pictures of one concept, a page at a time; given back when the person leaves. */
export function usePile(
  review: Review,
  concept: string | undefined,
  size: number | undefined,
): Pile | null {
  const { taxonomy, facet, kind, order } = review;
  const [pile, setPile] = useState<Pile | null>(null);
  const outbox = useOutbox();
  const ws = useWorkspace();
  useEffect(() => {
    if (concept === undefined || size === undefined) return;
    const sitting = sittingOf(ws, taxonomy);
    const made = new Pile({
      size,
      next: (count) => nextOf({ taxonomy, kind, facet: facet.id, concept, order }, count),
      release: (assets) => release(taxonomy, assets),
      answer: ({ asset, seen }, isRight) => ({
        kind: isRight ? "confirm" : "reject",
        asset,
        seen,
        concept,
      }),
      decide: (id, answers) => outbox.decide(id, { taxonomy, queue: kind, answers }),
      takeBack: (id) => outbox.takeBack(id),
      count: (settled, sign) => {
        const done = doneOf(settled, concept, kind === "suspects");
        if (sign > 0) sitting.add(done);
        else sitting.take(done);
      },
    });
    const stop = outbox.listen(made.listener);
    void release(taxonomy).then(() => made.start());
    setPile(made);
    const leave = () => void release(taxonomy);
    window.addEventListener("pagehide", leave);
    return () => {
      window.removeEventListener("pagehide", leave);
      made.close();
      stop();
      leave();
    };
  }, [taxonomy, facet, kind, order, concept, size, outbox, ws]);
  return concept === undefined ? null : pile;
}

/** A label in doubt says nothing of the machine. */
function doneOf(settled: Settled, concept: string, isOfPeople: boolean): Done {
  const answers = settled.right + settled.wrong;
  return {
    id: settled.id,
    answers,
    judged: isOfPeople ? 0 : answers,
    right: isOfPeople ? 0 : settled.right,
    concepts: { [concept]: settled.right },
    at: Date.now(),
  };
}
