import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/api/errors";
import { useMe } from "@/app/session";
import { sayFailed } from "@/parts/notes";
import type { Listener, Outbox } from "./outbox";
import { outboxOf } from "./post";

/** The outbox of who is logged in. */
export function useOutbox(): Outbox {
  const me = useMe();
  return outboxOf(me?.actor ?? "");
}

/** Say what the server did not take. The picture is shown once more by the desk or the pile. */
export function useRefusals(outbox: Outbox): void {
  const { t } = useTranslation("review");
  useEffect(() => {
    const say = (status: number, reason: string) =>
      sayFailed(new ApiError(status, status === 409 ? t("refused.taken") : reason));
    const listener: Listener = {
      onSent: (_, decided) => {
        const first = decided?.refused[0];
        if (first !== undefined) say(first.status, first.reason);
      },
      onRefused: (letter, reply) => {
        // An answer that was undone elsewhere meanwhile is as the person wants it.
        if (letter.kind === "decide" || reply.status !== 409) say(reply.status, reply.detail);
      },
    };
    const stop = outbox.listen(listener);
    outbox.hurry();
    return stop;
  }, [outbox, t]);
}
