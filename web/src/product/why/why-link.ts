import type { Cell, LineageRequest, WhyRequest } from "@/api/types";
import { pack, unpack } from "@/lib/url";
import type { Computed, Part } from "@/product/computed/computed";

/** Search parameter that holds the change being explained; a link with it opens the panel. */
export const WHY_PARAM = "why";

const EMPTY: WhyRequest = {
  metric: "",
  period: "",
  against: "previous",
  by: [],
  where: [],
  segment: [],
  against_segment: [],
  segments: null,
};

export const packWhy: (request: WhyRequest) => string = pack;

/** The request of a link; null when the text is damaged. */
export function unpackWhy(text: string | null): WhyRequest | null {
  const parsed = unpack<WhyRequest>(text);
  if (typeof parsed?.metric !== "string" || typeof parsed.period !== "string") return null;
  return { ...EMPTY, ...parsed };
}

/**
 * The question why of a number: its period against the one before or a year ago, within its row; null when it has no
 * period, or is itself what a number is compared with.
 */
export function whyOf(
  { query, metric, cell, comparison }: LineageRequest,
  against = "previous",
): WhyRequest | null {
  if (comparison !== undefined) return null;
  const times = Object.entries(cell).filter(([name]) => name.startsWith("metric_time__"));
  const [name, value] = times[0] ?? [];
  const period = name
    ? periodOf(name.slice("metric_time__".length), String(value))
    : spanOf(query.start_time, query.end_time);
  if (!period) return null;
  const segment = Object.entries(cell).filter(([key]) => !key.startsWith("metric_time"));
  const where = [...query.where, ...segment.map(([key, at]) => filterOf(key, at))];
  return { ...EMPTY, metric, period, where, against };
}

const ACTUAL: readonly Part[] = ["actual", "segment_after", "factor_after"];
const BASE: readonly Part[] = ["base", "segment_before", "factor_before"];

/** The question why of what a computed number says of an actual one, against its own base where why knows that. */
export function whyOfComputed({ inputs }: Computed): WhyRequest | null {
  const one = (parts: readonly Part[]) => inputs.find((input) => parts.includes(input.part))?.number;
  const [actual, base] = [one(ACTUAL), one(BASE)];
  if (!actual) return null;
  if (base?.comparison === "year_ago") return whyOf(actual, "year_ago");
  const other = base?.comparison === undefined ? base : undefined;
  return whyOf(actual, (other && whyOf(other)?.period) ?? "previous");
}

function spanOf(start: string | null, end: string | null): string | null {
  return start && end ? `${start}..${end}` : null;
}

/** A time value of an answer as a period of its grain. */
function periodOf(grain: string, value: string): string | null {
  const day = value.slice(0, 10);
  const [year, month] = day.split("-");
  switch (grain) {
    case "hour":
      return `${day} ${value.slice(11, 13)}:00:00..${day} ${value.slice(11, 13)}:59:59`;
    case "day":
      return day;
    case "week":
      return `${day}..${new Date(Date.parse(day) + 6 * 86_400_000).toISOString().slice(0, 10)}`;
    case "month":
      return `${year}-${month}`;
    case "quarter":
      return `${year}-Q${Math.ceil(Number(month) / 3)}`;
    case "year":
      return year ?? null;
    default:
      return null;
  }
}

/** The condition that a dimension has a value, in the words of a query's filters. */
function filterOf(name: string, value: Cell): string {
  if (value === null) return `${name} IS NULL`;
  if (typeof value !== "string") return `${name} = ${value}`;
  return `${name} = '${value.replaceAll("'", "''")}'`;
}
