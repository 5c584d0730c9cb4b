import { useLayoutEffect, useState } from "react";

export type Box = { width: number; height: number };

/** The size of an element's content in px, kept up to date; null before it is on screen. */
export function useBox<E extends HTMLElement>(): [(element: E | null) => void, Box | null] {
  const [element, setElement] = useState<E | null>(null);
  const [box, setBox] = useState<Box | null>(null);
  useLayoutEffect(() => {
    if (!element) return;
    const measure = () => setBox({ width: element.clientWidth, height: element.clientHeight });
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [element]);
  return [setElement, box];
}
