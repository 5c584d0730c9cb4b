import type { Metric, TargetKey } from "@/api/types";
import type { NumberOrigin } from "@/product/answer/answer";
import { type Filter, filterText, whereOf } from "@/product/filters/filters";
import {
  addDays,
  addPeriods,
  GRAINS,
  periodStart,
  type Range,
  rangeOfPeriod,
  yearAgoOf,
} from "@/product/period/period";

/** The dimension of a metric that a target's is: its name may leave out the entity that leads to it. */
function dimensionOf(metric: Metric, name: string) {
  const { dimensions } = metric;
  return (
    dimensions.find((one) => one.name === name) ?? dimensions.find((one) => one.name.endsWith(`__${name}`))
  );
}

/** The filter that keeps the rows of a target's segment; none for the whole; null where the metric has no such dimension. */
function segmentFilter(key: TargetKey, metric: Metric): Filter[] | null {
  if (!key.dimension || !key.segment) return [];
  const dimension = dimensionOf(metric, key.dimension);
  return dimension ? [{ dimension: dimension.name, values: [key.segment] }] : null;
}

/** What opens the actual number of a range of days within a target's segment. */
export function originIn(range: Range | null, key: TargetKey, metric: Metric): NumberOrigin | null {
  const filters = segmentFilter(key, metric);
  if (!range || !filters) return null;
  const kindOf = (filter: Filter) => dimensionOf(metric, filter.dimension)?.kind;
  const query = {
    metrics: [key.metric],
    group_by: [],
    where: filters.map((filter) => whereOf(filter, kindOf(filter))),
    start_time: range.start,
    end_time: range.end,
    order: [],
    limit: null,
    compare: [],
  };
  return { query, cell: {} };
}

/** What opens the actual number of the same period a year earlier. */
export function originYearAgo(key: TargetKey, metric: Metric): NumberOrigin | null {
  return originIn(yearAgoOf(key.period), key, metric);
}

/** The analysis that shows the `n` complete periods before a target's; null where the page cannot tell which. */
export function historyLink(
  key: TargetKey,
  metric: Metric,
  { grain: name, n }: { grain: string; n: number },
  asOf: string,
): string | null {
  const grain = GRAINS.find((one) => one === name);
  const start = rangeOfPeriod(key.period)?.start;
  const filters = segmentFilter(key, metric);
  if (!grain || !start || !filters) return null;
  const before = addDays(start, -1);
  const next = periodStart(addDays(asOf < before ? asOf : before, 1), grain);
  const range = `${addPeriods(next, grain, -n)}..${addDays(next, -1)}`;
  const params = new URLSearchParams({ m: key.metric, g: grain, r: range, compare: "" });
  for (const filter of filters) params.append("f", filterText(filter));
  return `/explore?${params}`;
}
