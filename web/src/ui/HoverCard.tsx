import { type ReactNode, useRef, useState } from "react";
import { createPortal } from "react-dom";
import "./hover-card.css";

const OPEN_AFTER_MS = 300;
const WIDTH = 340;
const MARGIN = 8;

type Place = { left: number; top?: number; bottom?: number };

/**
 * A card beside what is pointed at or focused. The child stays mounted as it is, so that clicks and focus
 * survive, and nothing is built before the pointer rests: tables of a thousand numbers stay light.
 */
export function HoverCard({ content, children }: { content: ReactNode; children: ReactNode }) {
  const anchor = useRef<HTMLSpanElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const [place, setPlace] = useState<Place | null>(null);
  const open = () => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setPlace(placeBeside(anchor.current)), OPEN_AFTER_MS);
  };
  const close = () => {
    clearTimeout(timer.current);
    setPlace(null);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the card only repeats what the click opens
    <span
      ref={anchor}
      onMouseEnter={open}
      onMouseLeave={close}
      onFocus={open}
      onBlur={close}
      onClickCapture={close}
      onKeyDown={(event) => event.key === "Escape" && close()}
    >
      {children}
      {place &&
        createPortal(
          <div className="hover-card" role="tooltip" style={{ ...place, width: WIDTH }}>
            {content}
          </div>,
          document.body,
        )}
    </span>
  );
}

/** Above the anchor when there is room, below otherwise; always inside the window. */
function placeBeside(anchor: HTMLElement | null): Place | null {
  if (!anchor) return null;
  const box = anchor.getBoundingClientRect();
  const left = Math.max(MARGIN, Math.min(box.left, window.innerWidth - WIDTH - MARGIN));
  return box.top > 220
    ? { left, bottom: window.innerHeight - box.top + MARGIN }
    : { left, top: box.bottom + MARGIN };
}
