import { expect, it } from "vitest";
import {
  addDays,
  addPeriods,
  daysIn,
  lastCompleteMonth,
  lastPeriods,
  periodEnd,
  periodStart,
  RELATIVE_PERIODS,
  rangeOfPeriod,
  rangeOfRelative,
  yearAgoOf,
} from "./period";

it("finds the start of each grain", () => {
  expect(periodStart("2025-05-15", "month")).toBe("2025-05-01");
  expect(periodStart("2025-05-15", "quarter")).toBe("2025-04-01");
  expect(periodStart("2025-05-18", "week")).toBe("2025-05-12");
  expect(periodStart("2025-05-12", "week")).toBe("2025-05-12");
});

it("moves across month ends and leap days", () => {
  expect(addDays("2024-02-28", 1)).toBe("2024-02-29");
  expect(addPeriods("2025-11-01", "month", 3)).toBe("2026-02-01");
  expect(periodEnd("2024-02-01", "month")).toBe("2024-02-29");
});

it("ends ranges at the business day", () => {
  expect(lastPeriods("2011-12-09", "month", 13)).toEqual({ start: "2010-12-01", end: "2011-12-09" });
  expect(lastPeriods("2011-12-09", "day", 30)).toEqual({ start: "2011-11-10", end: "2011-12-09" });
});

it("reads assessment periods", () => {
  expect(rangeOfPeriod("2011-05")).toEqual({ start: "2011-05-01", end: "2011-05-31" });
  expect(rangeOfPeriod("2011-Q4")).toEqual({ start: "2011-10-01", end: "2011-12-31" });
  expect(rangeOfPeriod("soon")).toBeNull();
});

it("takes the last complete month", () => {
  expect(lastCompleteMonth("2011-12-09")).toBe("2011-11");
  expect(lastCompleteMonth("2011-11-30")).toBe("2011-11");
});

it("settles relative periods as the server does", () => {
  const days = RELATIVE_PERIODS.map((period) => {
    const { start, end } = rangeOfRelative(period, "2025-11-12");
    return `${period} ${start}..${end}`;
  });
  expect(days).toEqual([
    "last_day 2025-11-12..2025-11-12",
    "last_7_days 2025-11-06..2025-11-12",
    "last_30_days 2025-10-14..2025-11-12",
    "week_to_date 2025-11-10..2025-11-12",
    "month_to_date 2025-11-01..2025-11-12",
    "quarter_to_date 2025-10-01..2025-11-12",
    "year_to_date 2025-01-01..2025-11-12",
    "last_month 2025-10-01..2025-10-31",
    "last_26_weeks 2025-05-19..2025-11-12",
    "last_13_months 2024-11-01..2025-11-12",
    "last_8_quarters 2024-01-01..2025-11-12",
    "last_5_years 2021-01-01..2025-11-12",
  ]);
});

it("knows the days of every period that targets are written for", () => {
  expect(rangeOfPeriod("2025-H2")).toEqual({ start: "2025-07-01", end: "2025-12-31" });
  expect(rangeOfPeriod("2025-W01")).toEqual({ start: "2024-12-30", end: "2025-01-05" });
  expect(rangeOfPeriod("2026-W53")).toEqual({ start: "2026-12-28", end: "2027-01-03" });
  expect(rangeOfPeriod("2025-11-11")).toEqual({ start: "2025-11-11", end: "2025-11-11" });
  expect(rangeOfPeriod("2025-13-1")).toBeNull();
  expect(daysIn({ start: "2024-02-01", end: "2024-03-01" })).toBe(30);
});

it("finds the same period a year earlier, as proposals do", () => {
  expect(yearAgoOf("2026")).toEqual({ start: "2025-01-01", end: "2025-12-31" });
  expect(yearAgoOf("2026-Q1")).toEqual({ start: "2025-01-01", end: "2025-03-31" });
  expect(yearAgoOf("2024-02")).toEqual({ start: "2023-02-01", end: "2023-02-28" });
  expect(yearAgoOf("2026-W02")).toEqual({ start: "2024-12-30", end: "2025-01-05" });
  expect(yearAgoOf("2024-02-29")).toEqual({ start: "2023-02-28", end: "2023-02-28" });
  expect(yearAgoOf("2025-10-20..2025-11-11")).toEqual({ start: "2024-10-20", end: "2024-11-11" });
  expect(yearAgoOf("FY2026")).toBeNull();
});
