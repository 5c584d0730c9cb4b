import { useEffect, useState } from "react";

/** The size in px that the layout of a wall is drawn for; larger windows magnify it. */
const DRAWN_FOR = { width: 1100, height: 700 };

/** How many times larger than on a desk everything is drawn. */
export function useZoom(): number {
  const [zoom, setZoom] = useState(zoomNow);
  useEffect(() => {
    const measure = () => setZoom(zoomNow());
    window.addEventListener("resize", measure);
    return () => window.removeEventListener("resize", measure);
  }, []);
  return zoom;
}

function zoomNow(): number {
  const fit = Math.min(window.innerWidth / DRAWN_FOR.width, window.innerHeight / DRAWN_FOR.height);
  return Math.max(1, Math.round(fit * 100) / 100);
}

/** The clock time in hours and minutes. */
export function useClock(): string {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), 1000);
    return () => clearInterval(timer);
  }, []);
  return now.toTimeString().slice(0, 5);
}

/** Keeps the screen on where the browser can, until the returned function is called. */
export function keepAwake(): () => void {
  const lock = navigator.wakeLock?.request("screen").catch(() => null);
  return () => void lock?.then((held) => held?.release());
}
