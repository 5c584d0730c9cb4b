import type { LineageRequest, Target } from "@/api/types";
import { formatPeriod } from "@/lib/format";
import { periodName, rangeOfPeriod, wholePeriod } from "@/product/period/period";

/** The targets a compared value stands for: the one of its period, else the months that add up to it. */
export function targetsOf(targets: Target[], request: LineageRequest): Target[] {
  const period = periodOf(request);
  if (!period) return [];
  const [segment, ...more] = Object.entries(request.cell).filter(([name]) => !name.startsWith("metric_time"));
  if (more.length > 0) return [];
  const own = targets.filter(
    (target) =>
      target.metric === request.metric &&
      (target.dimension ?? null) === (segment?.[0] ?? null) &&
      (target.segment ?? null) === (segment ? String(segment[1]) : null),
  );
  const exact = own.filter((target) => target.period === period);
  if (exact.length > 0) return exact;
  const range = rangeOfPeriod(period);
  if (!range) return [];
  return own
    .filter(
      ({ period: month }) =>
        /^\d{4}-\d{2}$/.test(month) && month >= range.start.slice(0, 7) && month <= range.end.slice(0, 7),
    )
    .sort((one, other) => one.period.localeCompare(other.period));
}

/** The period of the cell's row, or that of the whole question when it is one. */
function periodOf({ cell, query }: LineageRequest): string | null {
  const time = Object.entries(cell).find(([name]) => name.startsWith("metric_time__"));
  if (time) {
    const grain = time[0].split("__")[1] ?? null;
    return grain === "week"
      ? periodName(String(time[1]).slice(0, 10), "week")
      : formatPeriod(String(time[1]), grain);
  }
  return query.start_time && query.end_time ? wholePeriod(query.start_time, query.end_time) : null;
}
