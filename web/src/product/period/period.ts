/** Calendar arithmetic on ISO days ("2025-12-31") and on the ranges the pages offer. */

import type { RelativePeriod } from "@/api/types";
import { formatPeriod } from "@/lib/format";

export const GRAINS = ["day", "week", "month", "quarter", "year"] as const;
export type Grain = (typeof GRAINS)[number];
export type Range = { start: string; end: string };

function toDate(day: string): Date {
  return new Date(`${day.slice(0, 10)}T00:00:00Z`);
}

function toDay(date: Date): string {
  return date.toISOString().slice(0, 10);
}

export function addDays(day: string, days: number): string {
  const date = toDate(day);
  date.setUTCDate(date.getUTCDate() + days);
  return toDay(date);
}

/** Days of a range, both ends included. */
export function daysIn({ start, end }: Range): number {
  return Math.round((toDate(end).getTime() - toDate(start).getTime()) / 86_400_000) + 1;
}

/** First day of the period that holds `day`; weeks start on Monday. */
export function periodStart(day: string, grain: Grain): string {
  const date = toDate(day);
  switch (grain) {
    case "day":
      return toDay(date);
    case "week":
      return addDays(day, -((date.getUTCDay() + 6) % 7));
    case "month":
      return `${day.slice(0, 7)}-01`;
    case "quarter": {
      const month = Math.floor(date.getUTCMonth() / 3) * 3 + 1;
      return `${day.slice(0, 4)}-${String(month).padStart(2, "0")}-01`;
    }
    case "year":
      return `${day.slice(0, 4)}-01-01`;
  }
}

/** Start of the period `count` periods after the one that starts at `start`. */
export function addPeriods(start: string, grain: Grain, count: number): string {
  if (grain === "day") return addDays(start, count);
  if (grain === "week") return addDays(start, 7 * count);
  const months = { month: 1, quarter: 3, year: 12 }[grain] * count;
  const date = toDate(start);
  return toDay(new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, 1)));
}

/** Last day of the period that starts at `start`. */
export function periodEnd(start: string, grain: Grain): string {
  return addDays(addPeriods(start, grain, 1), -1);
}

/** How many periods a chart of this grain shows when nobody says otherwise. */
export const DEFAULT_PERIODS: Record<Grain, number> = { day: 30, week: 26, month: 13, quarter: 8, year: 5 };

/** The `count` periods that end with the one holding `day`, cut at `day`. */
export function lastPeriods(day: string, grain: Grain, count: number): Range {
  return { start: addPeriods(periodStart(day, grain), grain, 1 - count), end: day };
}

/** Days that pages show of a grain of the project's calendar, whose own length only the server knows; it widens to whole periods. */
const DAYS_SHOWN: Record<string, number> = {
  hour: 2,
  ten_day: 120,
  half_year: 730,
  fiscal_month: 395,
  fiscal_quarter: 730,
  fiscal_year: 1095,
};

/** The range shown of any grain when nobody says otherwise. */
export function defaultRange(day: string, grain: string): Range {
  const standard = GRAINS.find((one) => one === grain);
  if (standard) return lastPeriods(day, standard, DEFAULT_PERIODS[standard]);
  return { start: addDays(day, 1 - (DAYS_SHOWN[grain] ?? 730)), end: day };
}

/**
 * `2011`, `2011-H1`, `2011-Q2`, `2011-05`, `2011-W18`, `2011-05-03` and `2011-05-03..2011-05-09` as ranges; null when
 * the text is none of these.
 */
export function rangeOfPeriod(period: string): Range | null {
  const days = /^(\d{4}-\d{2}-\d{2})\.\.(\d{4}-\d{2}-\d{2})$/.exec(period);
  if (days?.[1] && days[2]) return { start: days[1], end: days[2] };
  const month = /^(\d{4})-(\d{2})$/.exec(period);
  if (month) return { start: `${period}-01`, end: periodEnd(`${period}-01`, "month") };
  const quarter = /^(\d{4})-Q([1-4])$/.exec(period);
  if (quarter) {
    const start = `${quarter[1]}-${String((Number(quarter[2]) - 1) * 3 + 1).padStart(2, "0")}-01`;
    return { start, end: periodEnd(start, "quarter") };
  }
  const half = /^(\d{4})-H([12])$/.exec(period);
  if (half) {
    const [, year, which] = half;
    return which === "1"
      ? { start: `${year}-01-01`, end: `${year}-06-30` }
      : { start: `${year}-07-01`, end: `${year}-12-31` };
  }
  const week = /^(\d{4})-W(\d{2})$/.exec(period);
  if (week) {
    // The 4th of January is always in the first week.
    const start = addDays(periodStart(`${week[1]}-01-04`, "week"), 7 * (Number(week[2]) - 1));
    return { start, end: addDays(start, 6) };
  }
  if (/^\d{4}-\d{2}-\d{2}$/.test(period)) return { start: period, end: period };
  if (/^\d{4}$/.test(period)) return { start: `${period}-01-01`, end: `${period}-12-31` };
  return null;
}

/** The same period a year earlier; of a week, the week that holds its first day a year earlier. */
export function yearAgoOf(period: string): Range | null {
  const range = rangeOfPeriod(period);
  if (!range) return null;
  if (/^\d{4}(-(H|Q)?\d{1,2})?$/.test(period)) return rangeOfPeriod(aYearEarlier(period));
  const start = aYearEarlier(range.start);
  if (!period.includes("-W")) return { start, end: aYearEarlier(range.end) };
  const monday = periodStart(start, "week");
  return { start: monday, end: addDays(monday, 6) };
}

function aYearEarlier(name: string): string {
  const earlier = `${Number(name.slice(0, 4)) - 1}${name.slice(4)}`;
  return /^\d{4}-02-29$/.test(earlier) ? earlier.replace("29", "28") : earlier;
}

/** The last month that is complete on `day`. */
export function lastCompleteMonth(day: string): string {
  const start = periodStart(day, "month");
  const complete = periodEnd(start, "month") <= day;
  return (complete ? start : addPeriods(start, "month", -1)).slice(0, 7);
}

/** The name of the calendar period that a range is, if it is one: `2025-05`, `2025-Q2`, `2025`. */
export function wholePeriod(start: string, end: string): string | null {
  const grain = GRAINS.find((one) => periodStart(start, one) === start && periodEnd(start, one) === end);
  return grain ? periodName(start, grain) : null;
}

export function periodName(start: string, grain: Grain): string {
  return grain === "week" ? formatPeriod(start, "week").slice(0, 8) : formatPeriod(start, grain);
}

/** Periods that end at the business day and move with it; what a board's panel keeps instead of days. */
export const RELATIVE_PERIODS = [
  "last_day",
  "last_7_days",
  "last_30_days",
  "week_to_date",
  "month_to_date",
  "quarter_to_date",
  "year_to_date",
  "last_month",
  "last_26_weeks",
  "last_13_months",
  "last_8_quarters",
  "last_5_years",
] as const satisfies RelativePeriod[];

const RELATIVE: Record<RelativePeriod, (day: string) => Range> = {
  last_day: (day) => lastPeriods(day, "day", 1),
  last_7_days: (day) => lastPeriods(day, "day", 7),
  last_30_days: (day) => lastPeriods(day, "day", 30),
  week_to_date: (day) => lastPeriods(day, "week", 1),
  month_to_date: (day) => lastPeriods(day, "month", 1),
  quarter_to_date: (day) => lastPeriods(day, "quarter", 1),
  year_to_date: (day) => lastPeriods(day, "year", 1),
  last_month: (day) => {
    const start = addPeriods(periodStart(day, "month"), "month", -1);
    return { start, end: periodEnd(start, "month") };
  },
  last_26_weeks: (day) => lastPeriods(day, "week", 26),
  last_13_months: (day) => lastPeriods(day, "month", 13),
  last_8_quarters: (day) => lastPeriods(day, "quarter", 8),
  last_5_years: (day) => lastPeriods(day, "year", 5),
};

/** The days of a relative period as of a business day. */
export function rangeOfRelative(period: RelativePeriod, day: string): Range {
  return RELATIVE[period](day);
}

/** The relative period that pages show of a grain when nobody says otherwise; of no grain, one number. */
export function relativeOf(grain: string | null): RelativePeriod | null {
  const found: Record<string, RelativePeriod> = {
    day: "last_30_days",
    week: "last_26_weeks",
    month: "last_13_months",
    quarter: "last_8_quarters",
    year: "last_5_years",
  };
  return grain === null ? "month_to_date" : (found[grain] ?? null);
}
