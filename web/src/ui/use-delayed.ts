import { useEffect, useState } from "react";

const SPINNER_AFTER_MS = 300;

/** True once `active` has lasted 300 ms: short waits show nothing at all. */
export function useDelayed(active: boolean, delayMs = SPINNER_AFTER_MS): boolean {
  const [late, setLate] = useState(false);
  useEffect(() => {
    if (!active) {
      setLate(false);
      return;
    }
    const timer = setTimeout(() => setLate(true), delayMs);
    return () => clearTimeout(timer);
  }, [active, delayMs]);
  return active && late;
}
