import { useQuery } from "@tanstack/react-query";
import { useRef, useSyncExternalStore } from "react";
import { healthQuery } from "@/api/queries";
import { useWorkspace } from "@/app/session";
import { type Goal, goalOf, isWorthLearning } from "../promise";
import { type Sitting, sittingOf } from "../sitting";
import type { Review } from "../useReview";

export function useSitting(taxonomy: string): Sitting {
  const counter = sittingOf(useWorkspace(), taxonomy);
  return useSyncExternalStore(counter.subscribe, counter.snapshot);
}

interface Progress {
  goal: Goal | null;
  /** Answers that no model has learned from. */
  answers: number;
  isWorthLearning: boolean;
}

/** How far it is to the contract: as the server counted, and what was answered since. */
export function useGoal(review: Review, sitting: Sitting): Progress {
  const { taxonomy, facet, concept, waiting } = review;
  const health = useQuery({ ...healthQuery(taxonomy), staleTime: 5 * 60_000 }).data;
  const counted = useBase(waiting, sitting);
  const learned = useBase(health?.model, sitting);
  const since = Math.max(sitting.answers - counted.answers, 0);
  const answers = waiting.answers + since;
  const goal =
    health === undefined
      ? null
      : goalOf(health, facet.id, concept, (name) =>
          name === null
            ? answers
            : (sitting.concepts.get(name) ?? 0) - (learned.concepts.get(name) ?? 0),
        );
  return { goal, answers, isWorthLearning: isWorthLearning(waiting, since, goal) };
}

/** The sitting as it stood when something was last told. */
function useBase(told: unknown, sitting: Sitting): Sitting {
  const base = useRef({ told, sitting });
  if (base.current.told !== told) base.current = { told, sitting };
  return base.current.sitting;
}
