import { useEffect, useRef } from "react";

/** When another model has tagged, what lies ahead is out of date. */
export function useAfterLearning(model: number | null, renew: () => void): void {
  const before = useRef(model);
  const latest = useRef(renew);
  useEffect(() => {
    latest.current = renew;
  });
  useEffect(() => {
    if (before.current === model) return;
    before.current = model;
    latest.current();
  }, [model]);
}
