import { useSyncExternalStore } from "react";

const PHONE = "(max-width: 767px)";

function subscribe(notify: () => void): () => void {
  const media = window.matchMedia(PHONE);
  media.addEventListener("change", notify);
  return () => media.removeEventListener("change", notify);
}

/** True on a phone-wide window. */
export function usePhone(): boolean {
  return useSyncExternalStore(subscribe, () => window.matchMedia(PHONE).matches);
}
