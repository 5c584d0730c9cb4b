/**
 * The filters of the frame: which segment, which business day, which comparisons. They live in the URL
 * (`f=order__channel~web~app`, `date=2025-11-11`, `compare=previous,year_ago`) and follow from page to page.
 */
import type { Cell, Comparison, Dimension } from "@/api/types";

export type Filter = { dimension: string; values: string[] };
export const COMPARISONS = [
  "previous",
  "previous_weekday",
  "year_ago",
  "year_ago_weekday",
  "year_ago_lunar",
  "promotion",
  "target",
  "benchmark",
  "benchmark:top3",
  "benchmark:top10",
] as const;
export const DEFAULT_COMPARISON: readonly Comparison[] = ["previous"];
/** Parameters that navigation keeps. */
export const SHARED_PARAMS = ["date", "compare", "f"] as const;

const SEPARATOR = "~";

/** Whether a text is a day that exists. */
export function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

/** The business day of the URL; what is no day falls back to the last day of the data. */
export function dayOf(params: URLSearchParams, asOf: string | null | undefined): string | null {
  const day = params.get("date");
  return day && isDay(day) ? day : (asOf ?? null);
}

export function filtersOf(params: URLSearchParams): Filter[] {
  return params
    .getAll("f")
    .map((text) => {
      const [dimension = "", ...values] = text.split(SEPARATOR).map(decoded);
      return { dimension, values };
    })
    .filter((filter) => filter.dimension !== "" && filter.values.length > 0);
}

/** A damaged link still reads as text. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

export function filterText(filter: Filter): string {
  return [filter.dimension, ...filter.values]
    .map((part) => encodeURIComponent(part).replaceAll(SEPARATOR, "%7E"))
    .join(SEPARATOR);
}

export function comparisonsOf(params: URLSearchParams): Comparison[] {
  const text = params.get("compare");
  if (text === null) return [...DEFAULT_COMPARISON];
  const asked = [...new Set(text.split(","))];
  const others = asked.filter((name) => /^(segment|promotion):/.test(name));
  return [...COMPARISONS.filter((name) => asked.includes(name)), ...others];
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

/** The filter of a clause that `whereOf` wrote; null for any other clause. */
export function filterOf(clause: string): Filter | null {
  const [, dimension, list] =
    /^\{\{ (?:Dimension|Entity)\('([^']+)'\) \}\} (?:= |IN \()((?:'(?:[^']|'')*'(?:, )?)+)\)?$/.exec(
      clause,
    ) ?? [];
  if (!dimension || !list) return null;
  const values = [...list.matchAll(/'((?:[^']|'')*)'/g)].map((match) =>
    (match[1] ?? "").replaceAll("''", "'"),
  );
  const filter = { dimension, values };
  const written = [whereOf(filter, "categorical"), whereOf(filter, "entity")];
  return written.includes(clause) ? filter : null;
}

/** Words of a filter's language as people read them, by how they are written. */
export type FilterWords = Record<(typeof FILTER_WORDS)[number], string>;
const FILTER_WORDS = ["and", "or", "not", "in", "true", "false", "is null", "is not null"] as const;

/** A filter in MetricFlow's notation, or as an explanation writes it, as people read it: `计入统计 = 是 且 渠道 = 直播`. */
export function readableFilter(
  filter: string,
  nameOf: (name: string) => string,
  valueName: NameOfValue,
  words: FilterWords,
): string {
  let dimension = "";
  const named = (name: string) => {
    dimension = name;
    return nameOf(name);
  };
  // A reference, a text in quotes (a value of the dimension before it), words of the language, or a plain name.
  return filter.replace(
    /\{\{\s*\w+\(\s*'([^']+)'[^}]*\}\}|'((?:[^']|'')*)'|\b(is(?: not)? null|and|or|not|in|true|false)\b|<>|\b[a-z]\w*\b/gi,
    (whole, name?: string, value?: string, word?: string) => {
      if (name !== undefined) return named(name);
      if (value !== undefined) return valueName(dimension, value.replaceAll("''", "'"));
      const known = FILTER_WORDS.find((one) => one === word?.toLowerCase());
      if (known) return words[known];
      return whole === "<>" ? "≠" : named(whole);
    },
  );
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

/** What people read in place of a dimension's stored value. */
export type NameOfValue = (dimension: string | null | undefined, value: Cell) => string;

export function cellText(value: Cell): string {
  return value === null ? "" : String(value);
}
