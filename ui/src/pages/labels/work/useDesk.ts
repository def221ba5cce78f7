import { useCallback, useEffect, useState } from "react";
import { Desk as Answering, type View as Seen } from "@/parts/answers/desk";
import { useOutbox } from "@/parts/answers/useOutbox";
import { answerOf, type Choice } from "../choices";
import { idOf, Source } from "../source";
import type { Labels } from "../useLabels";
import { type Suspect, suspectsOf } from "../wire";

export type Desk = Answering<Suspect, Choice>;
export type View = Seen<Suspect, Choice>;

interface AtDesk {
  desk: Desk | null;
  /** Suspects that still wait, as far as is known here. */
  left: number | null;
  /** Ask anew for what lies ahead. */
  renew: () => void;
}

interface Made {
  desk: Desk;
  source: Source;
}

/** The suspects of a filter, one after another. */
export function useDesk({ taxonomy, filter, report }: Labels): AtDesk {
  const outbox = useOutbox();
  const [made, setMade] = useState<Made | null>(null);
  const [total, setTotal] = useState<number | null>(null);
  const [said, setSaid] = useState(0);
  const { facet, given, proposed, reason } = filter;
  useEffect(() => {
    setTotal(null);
    setSaid(0);
    const source = new Source(
      (after, limit) => suspectsOf(taxonomy, { facet, given, proposed, reason }, after, limit),
      (counted) => {
        setTotal(counted);
        setSaid(0);
      },
      (item) => proposed === undefined || item.proposed === proposed,
    );
    const desk: Desk = new Answering({
      idOf,
      next: source.next,
      release: source.release,
      answers: (item, choice) => [answerOf(item, choice)],
      decide: (id, answers) => outbox.decide(id, { taxonomy, queue: "suspects", answers }),
      takeBack: (id) => outbox.takeBack(id),
      count: (_, sign) => setSaid((now) => now + sign),
      // What a person says of a label tells nothing of the machine's tags.
      isRight: () => null,
    });
    const stop = outbox.listen(desk.listener);
    // Else what was said a moment ago on another page might be asked once more.
    void outbox.drained().then(() => desk.start());
    setMade({ desk, source });
    return () => {
      desk.close();
      stop();
    };
  }, [taxonomy, facet, given, proposed, reason, outbox]);
  const renew = useCallback(() => {
    made?.source.rewind();
    void made?.desk.renew();
  }, [made]);
  useAfterCheck(report.checked_at, renew);
  return {
    desk: made?.desk ?? null,
    left: total === null ? null : Math.max(total - said, 0),
    renew,
  };
}

/** When the labels have been checked anew, what lies ahead is out of date. */
export function useAfterCheck(checked: string | null, renew: () => void): void {
  const [before, setBefore] = useState(checked);
  useEffect(() => {
    if (before === checked) return;
    setBefore(checked);
    renew();
  }, [before, checked, renew]);
}
