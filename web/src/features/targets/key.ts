import type { TargetKey } from "@/api/types";
import type { NumberOrigin } from "@/product/answer/answer";
import { overPeriod } from "@/product/computed/computed";
import { addDays } from "@/product/period/period";

/** The page of one target. */
export function targetLink({ metric, period, dimension, segment }: TargetKey): string {
  const path = `/targets/${encodeURIComponent(metric)}/${encodeURIComponent(period)}`;
  if (!dimension || !segment) return path;
  return `${path}?${new URLSearchParams({ dimension, segment })}`;
}

/** What opens a target: who set it, when and why. */
export function originOfTarget({ metric, period, dimension, segment }: TargetKey): NumberOrigin {
  const query = {
    metrics: [metric],
    group_by: [],
    where: [],
    start_time: null,
    end_time: null,
    order: [],
    limit: null,
    compare: [],
  };
  const cell = dimension ? { [dimension]: segment } : {};
  return { ...overPeriod({ query, cell }, period), comparison: "target" };
}

export function isSameTarget(one: TargetKey, other: TargetKey): boolean {
  return (
    one.metric === other.metric &&
    one.period === other.period &&
    one.dimension === other.dimension &&
    one.segment === other.segment
  );
}

/** Grains into whose periods a period falls without a rest, the longest first. */
export function grainsWithin(period: string): ("quarter" | "month" | "day")[] {
  if (/^\d{4}$/.test(period)) return ["quarter", "month", "day"];
  if (/-(Q|H)\d$/.test(period)) return ["month", "day"];
  const [start, end] = period.split("..");
  if (start && end) return /-01$/.test(start) && /-01$/.test(addDays(end, 1)) ? ["month", "day"] : ["day"];
  return /^\d{4}-(\d{2}|W\d{2})$/.test(period) ? ["day"] : [];
}
