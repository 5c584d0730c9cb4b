import { useEffect, useRef, useSyncExternalStore } from "react";

/** Something that can be done on the page on screen, by name; what the page has as a button, too. */
export type PageAction = { key: string; text: string; run: () => void };

let current: PageAction[] = [];
const listeners = new Set<() => void>();

function publish(actions: PageAction[]): void {
  current = actions;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Offers a page's actions by name for as long as the page is on screen. */
export function useOfferActions(actions: PageAction[]): void {
  const latest = useRef(actions);
  latest.current = actions;
  const names = actions.map(({ key, text }) => `${key} ${text}`).join("\n");
  useEffect(() => {
    // A name runs what the page does at that moment, not what it did when the name was offered.
    const offered = latest.current.map(({ key, text }) => ({
      key,
      text,
      run: () => latest.current.find((one) => one.key === key)?.run(),
    }));
    if (names !== "") publish(offered);
    return () => {
      if (current === offered) publish([]);
    };
  }, [names]);
}

/** What the page on screen offers. */
export function usePageActions(): PageAction[] {
  return useSyncExternalStore(subscribe, () => current);
}
