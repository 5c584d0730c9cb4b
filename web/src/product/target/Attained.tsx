import type { Direction } from "@/api/types";
import { formatPercent, NO_VALUE } from "@/lib/format";
import { useText } from "@/lib/use-text";
import { ComputedNumber } from "@/product/computed/ComputedNumber";
import { type Goal, type Measured, towards } from "@/product/computed/computed";
import { Bar } from "@/ui/Bar";
import "@/product/number/metric.css";

type AttainedProps = {
  of: Measured;
  goal: Goal;
  direction: Direction | null;
};

/** 达成 47.1% with a bar, the plan as a tick on it, and a word on whether it is ahead. */
export function Attained({ of, goal, direction }: AttainedProps) {
  const { t, locale } = useText();
  const { value } = of;
  const { target } = goal;
  const planned = goal.planned ?? 0;
  if (value === null || !target) return <span className="muted">{NO_VALUE}</span>;
  const share = value / target;
  const ahead = direction === "lower" ? value <= planned : value >= planned;
  return (
    <span className="change attainment attained">
      <ComputedNumber of={towards("attainment", of, goal, share)}>
        {formatPercent(share, locale, 1)}
      </ComputedNumber>
      <Bar part={share} tick={planned / target} />
      <span className={ahead ? "muted" : "state-bad"}>
        <ComputedNumber of={towards("ahead", of, goal, value - planned)}>
          {ahead ? "▲" : "▼"} <span className="attained-word">{t(ahead ? "home.ahead" : "home.behind")}</span>
        </ComputedNumber>
      </span>
    </span>
  );
}
