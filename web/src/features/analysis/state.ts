/** The whole state of an analysis, read from and written to the URL. */
import type { Comparison, Dimension, QueryBody } from "@/api/types";
import { CHART_KINDS, type ChartKind } from "@/product/answer/chart-plan";
import { comparisonsOf, filtersOf, isDay, whereOf } from "@/product/filters/filters";
import { defaultRange, lastPeriods, type Range } from "@/product/period/period";

export type ExploreState = {
  metrics: string[];
  dimensions: string[];
  /** A standard grain or one of the project's calendar; null means one number for the whole period. */
  grain: string | null;
  /** Null means the last periods of the grain, ending at the business day. */
  range: Range | null;
  chart: ChartKind | null;
  order: string | null;
};

const ROW_LIMIT = 2000;

function listOf(params: URLSearchParams, name: string): string[] {
  return (params.get(name) ?? "").split(",").filter(Boolean);
}

function oneOf<T extends string>(options: readonly T[], text: string | null): T | null {
  return options.find((option) => option === text) ?? null;
}

export function readState(params: URLSearchParams): ExploreState {
  const grain = params.get("g");
  const [start, end] = (params.get("r") ?? "").split("..");
  return {
    metrics: listOf(params, "m"),
    dimensions: listOf(params, "d"),
    grain: grain === "none" ? null : grain && /^[a-z][a-z0-9_]*$/.test(grain) ? grain : "month",
    range: start && end && isDay(start) && isDay(end) && start <= end ? { start, end } : null,
    chart: oneOf(CHART_KINDS, params.get("chart")),
    order: params.get("sort"),
  };
}

export function writeState(params: URLSearchParams, state: ExploreState): void {
  const put = (name: string, value: string | null) => (value ? params.set(name, value) : params.delete(name));
  put("m", state.metrics.join(","));
  put("d", state.dimensions.join(","));
  put("g", state.grain === "month" ? null : (state.grain ?? "none"));
  put("r", state.range ? `${state.range.start}..${state.range.end}` : null);
  put("chart", state.chart);
  put("sort", state.order);
}

export function rangeOf(state: ExploreState, day: string): Range {
  return state.range ?? (state.grain ? defaultRange(day, state.grain) : lastPeriods(day, "month", 1));
}

/** The query a state asks; comparisons and filters come from the frame's part of the URL. */
export function queryOf(
  state: ExploreState,
  params: URLSearchParams,
  day: string,
  kinds: Map<string, Dimension["kind"]>,
): QueryBody {
  const range = rangeOf(state, day);
  const time = state.grain ? [`metric_time__${state.grain}`] : [];
  const compare: Comparison[] = comparisonsOf(params);
  const first = state.metrics[0];
  const order = state.order ? [state.order] : time.length > 0 ? time : first ? [`-${first}`] : [];
  return {
    metrics: state.metrics,
    group_by: [...time, ...state.dimensions],
    where: filtersOf(params).map((filter) => whereOf(filter, kinds.get(filter.dimension))),
    start_time: range.start,
    end_time: range.end,
    order,
    limit: ROW_LIMIT,
    compare,
  };
}
