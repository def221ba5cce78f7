import { useEffect, useState } from "react";

/** Seconds left of `seconds`, counted from when `since` became another. */
export function useCountdown(seconds: number, since: unknown): number {
  const [state, setState] = useState({ since, end: 0, now: 0 });
  if (state.since !== since) {
    // A new reason to wait begins a new wait, in the same rendering.
    setState({ since, end: seconds, now: 0 });
  }
  useEffect(() => {
    if (seconds <= 0) return;
    const began = performance.now();
    const timer = setInterval(() => {
      const now = Math.floor((performance.now() - began) / 1000);
      setState((known) => ({ ...known, now }));
      if (now >= seconds) clearInterval(timer);
    }, 500);
    return () => clearInterval(timer);
  }, [seconds, since]);
  return Math.max(Math.ceil(state.end - state.now), 0);
}
