import type { ReactNode } from "react";
import "./waterfall.css";

type Step = { name: string; effect: number; shown: ReactNode; tone: string; detail?: ReactNode };
type End = { name: string; value: number; shown: ReactNode };

/** From the value before to the value after, one bar per step; the axis is cut close to the bars. */
export function Waterfall({ before, after, steps }: { before: End; after: End; steps: Step[] }) {
  let level = before.value;
  const bars = steps.map((step) => {
    const from = level;
    level += step.effect;
    return { ...step, from, to: level };
  });
  const levels = [before.value, after.value, ...bars.flatMap((bar) => [bar.from, bar.to])];
  const [low, high] = [Math.min(...levels), Math.max(...levels)];
  const pad = (high - low) * 0.08 || Math.abs(high) * 0.1 || 1;
  const at = (value: number) => ((value - low + pad) / (high - low + 2 * pad)) * 100;
  const total = (end: End) => (
    <div className="fall-row fall-end" key={end.name}>
      <span className="fall-name">{end.name}</span>
      <span className="fall-track" aria-hidden="true">
        <i style={{ left: 0, width: `${at(end.value)}%` }} />
      </span>
      <span className="fall-value">{end.shown}</span>
    </div>
  );
  return (
    <div className="fall">
      {total(before)}
      {bars.map((bar, index) => (
        // A factor may stand in the tree twice: its place tells the two apart.
        <div className="fall-row" key={index}>
          <span className="fall-name">
            {bar.name}
            <small>{bar.detail}</small>
          </span>
          <span className={`fall-track ${bar.tone}`} aria-hidden="true">
            <i
              style={{
                left: `${at(Math.min(bar.from, bar.to))}%`,
                width: `max(1px, ${Math.abs(at(bar.to) - at(bar.from))}%)`,
              }}
            />
          </span>
          <span className={`fall-value ${bar.tone}`}>{bar.shown}</span>
        </div>
      ))}
      {total(after)}
    </div>
  );
}
