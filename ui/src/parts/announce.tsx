import { createContext, type ReactNode, useCallback, useContext, useRef } from "react";

const Announce = createContext<(text: string) => void>(() => undefined);

/** Says something to those who hear the page. It is written past React: a word costs no rendering. */
export function Announcer({ children }: { children: ReactNode }) {
  const place = useRef<HTMLDivElement>(null);
  const announce = useCallback((text: string) => {
    const at = place.current;
    if (at === null) return;
    // The same words twice would not be heard the second time.
    at.textContent = at.textContent === text ? `${text}\u00a0` : text;
  }, []);
  return (
    <Announce.Provider value={announce}>
      {children}
      <div ref={place} role="status" aria-live="polite" className="visually-hidden" />
    </Announce.Provider>
  );
}

export function useAnnounce(): (text: string) => void {
  return useContext(Announce);
}
