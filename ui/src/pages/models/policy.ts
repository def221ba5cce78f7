/** A policy as the fields of a form, and back. */
import type { PolicyIn, PolicyOut } from "@/api/schema";

export interface PolicyFields {
  when: "manual" | "answers" | "hours" | "daily";
  answers: number;
  hours: number;
  /** Of the day, UTC. */
  at: string;
  /** The margin of the gate, in percentage points. */
  points: number;
  promote: boolean;
  retag: boolean;
  online: boolean;
}

const DAILY = "02:00";
const HOURS = 24;

export function formOf(policy: PolicyOut): PolicyFields {
  const { when, answers, hours, at, margin, promote, retag, online } = policy;
  const scheduled = hours === null ? "daily" : "hours";
  return {
    when: when === "scheduled" ? scheduled : when,
    answers,
    hours: hours ?? HOURS,
    at: at ?? DAILY,
    points: Number((margin * 100).toFixed(2)),
    promote,
    retag,
    online,
  };
}

export function policyOf({ when, answers, hours, at, points, ...rest }: PolicyFields): PolicyIn {
  const scheduled = when === "hours" || when === "daily";
  return {
    ...rest,
    when: scheduled ? "scheduled" : when,
    answers,
    hours: when === "hours" ? hours : null,
    at: when === "daily" ? at : null,
    margin: Number((points / 100).toFixed(4)),
  };
}
