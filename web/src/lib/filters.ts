/**
 * The filters of the frame: which segment, which business day, which comparisons. They live in the URL
 * (`f=order__channel~web~app`, `date=2025-11-11`, `compare=previous,year_ago`) and follow from page to page.
 */
import type { Cell, Comparison, Dimension } from "@/api/types";

export type Filter = { dimension: string; values: string[] };
export const COMPARISONS: readonly Comparison[] = ["previous", "year_ago", "target"];
export const DEFAULT_COMPARISON: readonly Comparison[] = ["previous"];
/** Parameters that navigation keeps. */
export const SHARED_PARAMS = ["date", "compare", "f"] as const;

const SEPARATOR = "~";

export function filtersOf(params: URLSearchParams): Filter[] {
  return params
    .getAll("f")
    .map((text) => {
      const [dimension = "", ...values] = text.split(SEPARATOR).map(decodeURIComponent);
      return { dimension, values };
    })
    .filter((filter) => filter.dimension !== "" && filter.values.length > 0);
}

export function filterText(filter: Filter): string {
  return [filter.dimension, ...filter.values]
    .map((part) => encodeURIComponent(part).replaceAll(SEPARATOR, "%7E"))
    .join(SEPARATOR);
}

export function comparisonsOf(params: URLSearchParams): Comparison[] {
  const text = params.get("compare");
  if (text === null) return [...DEFAULT_COMPARISON];
  return COMPARISONS.filter((name) => text.split(",").includes(name));
}

function literal(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

/** One `where` clause in MetricFlow's notation. */
export function whereOf(filter: Filter, kind: Dimension["kind"] | undefined): string {
  const wrapper = kind === "entity" ? "Entity" : "Dimension";
  const subject = `{{ ${wrapper}('${filter.dimension.replaceAll("'", "")}') }}`;
  const list = filter.values.map(literal);
  return list.length === 1 ? `${subject} = ${list[0]}` : `${subject} IN (${list.join(", ")})`;
}

/** The shared part of a URL's parameters, for links to other pages. */
export function sharedSearch(params: URLSearchParams): string {
  const kept = new URLSearchParams();
  for (const name of SHARED_PARAMS) {
    for (const value of params.getAll(name)) kept.append(name, value);
  }
  const text = kept.toString();
  return text ? `?${text}` : "";
}

export function cellText(value: Cell): string {
  return value === null ? "" : String(value);
}
