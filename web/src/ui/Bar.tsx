import "./bar.css";

const at = (part: number) => `${Math.max(0, Math.min(1, part)) * 100}%`;

/** A part of a whole as a bar, with a tick where it should be; the numbers themselves stand beside it. */
export function Bar({ part, tick }: { part: number; tick: number | null }) {
  return (
    <span className="bar" aria-hidden="true">
      <i style={{ width: at(part) }} />
      {tick !== null && <b style={{ left: at(tick) }} />}
    </span>
  );
}
