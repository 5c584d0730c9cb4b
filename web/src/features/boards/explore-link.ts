import type { BoardPanel, QueryBody } from "@/api/types";
import { filterOf, filterText } from "@/product/filters/filters";

/** The address of the analysis that asks a panel's question; null when a filter cannot be written there. */
export function exploreLink(panel: BoardPanel, query: QueryBody): string | null {
  const filters = query.where.map(filterOf);
  if (filters.some((filter) => filter === null)) return null;
  const time = query.group_by.find((name) => name.startsWith("metric_time__"));
  const dimensions = query.group_by.filter((name) => !name.startsWith("metric_time"));
  const params = new URLSearchParams({ m: query.metrics.join(",") });
  if (dimensions.length > 0) params.set("d", dimensions.join(","));
  params.set("g", time?.slice("metric_time__".length) ?? "none");
  if (query.start_time && query.end_time) params.set("r", `${query.start_time}..${query.end_time}`);
  if (panel.view !== "number") params.set("chart", panel.view === "table" ? "none" : panel.view);
  params.set("compare", query.compare.join(","));
  for (const filter of filters) if (filter) params.append("f", filterText(filter));
  return `/explore?${params}`;
}
