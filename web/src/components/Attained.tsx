import type { Direction } from "@/api/types";
import { formatPercent, NO_VALUE } from "@/lib/format";
import { useText } from "@/lib/use-text";
import "./metric.css";

type AttainedProps = {
  value: number | null;
  target: number;
  planned: number;
  direction: Direction | null;
};

/** 达成 47.1% with a bar, the plan as a tick on it, and a word on whether it is ahead. */
export function Attained({ value, target, planned, direction }: AttainedProps) {
  const { t, locale } = useText();
  if (value === null || target === 0) return <span className="muted">{NO_VALUE}</span>;
  const share = value / target;
  const ahead = direction === "lower" ? value <= planned : value >= planned;
  const at = (part: number) => `${Math.max(0, Math.min(1, part)) * 100}%`;
  return (
    <span className="change attainment attained">
      <span>{formatPercent(share, locale, 1)}</span>
      <span className="attainment-bar" aria-hidden="true">
        <i style={{ width: at(share) }} />
        <b style={{ left: at(planned / target) }} />
      </span>
      <span className={ahead ? "muted" : "state-bad"}>
        {ahead ? "▲" : "▼"} <span className="attained-word">{t(ahead ? "home.ahead" : "home.behind")}</span>
      </span>
    </span>
  );
}
