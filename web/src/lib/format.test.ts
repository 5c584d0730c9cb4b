import { describe, expect, it } from "vitest";
import {
  formatBytes,
  formatChange,
  formatDifference,
  formatDuration,
  formatInstant,
  formatPeriod,
  formatSpan,
  formatValue,
} from "./format";

describe("formatValue", () => {
  const zh = { locale: "zh-CN", currency: "CNY" } as const;
  const en = { locale: "en", currency: "USD" } as const;
  it.each([
    [12_846_000, { ...zh, format: "money", length: "short" }, "¥1,284.6万"],
    [12_846_000, { ...zh, format: "money" }, "¥12,846,000.00"],
    [380_000_000, { ...zh, format: "money", length: "short" }, "¥3.8亿"],
    [399_600, { ...zh, format: "money", length: "short" }, "¥39.96万"],
    [399_600, { ...zh, format: "money", length: "axis" }, "¥40万"],
    [12_846_000, { ...en, format: "money", length: "short" }, "$12.85M"],
    [9999.5, { ...zh, format: "money", length: "short" }, "¥9,999.50"],
    [0.1234, { ...zh, format: "percent" }, "12.34%"],
    [0.033, { ...zh, format: "percent" }, "3.30%"],
    [60_000_000, { ...zh, format: "money", length: "short" }, "¥6,000万"],
    [20_345, { ...zh, format: "count", length: "short" }, "2.03万"],
    [20_345, { ...en, format: "count" }, "20,345"],
    [7500, { ...en, format: "duration" }, "2 hr 5 min"],
    [2, { ...en, format: "duration", unit: "hours" }, "2 hr"],
    [null, { ...zh, format: "money" }, "—"],
  ] as const)("%s", (value, style, text) => {
    expect(formatValue(value, style)).toBe(text);
  });
});

it("writes differences in pp for percentages and signed otherwise", () => {
  expect(formatDifference(-0.0123, { locale: "zh-CN", format: "percent" })).toBe("−1.23\u2009pp");
  expect(formatDifference(12, { locale: "en", format: "count" })).toBe("+12");
  expect(formatDifference(0, { locale: "en", format: "count" })).toBe("0");
});

it("writes changes without a sign, which the arrow carries", () => {
  expect(formatChange(-0.124, "zh-CN")).toBe("12.4%");
});

it("names periods by grain", () => {
  expect(formatPeriod("2025-05-01", "month")).toBe("2025-05");
  expect(formatPeriod("2025-05-01T00:00:00", "quarter")).toBe("2025-Q2");
  expect(formatPeriod("2025-04-28", "week")).toBe("2025-W18 (04-28)");
  expect(formatPeriod("2024-12-30", "week")).toBe("2025-W01 (12-30)");
  expect(formatPeriod("2027-01-01", "week")).toBe("2026-W53 (01-01)");
  expect(formatPeriod("2025-05-03", "day")).toBe("2025-05-03");
  expect(formatPeriod("2025-02-21T00:00:00", "ten_day")).toBe("2025-02-T3");
  expect(formatPeriod("2025-07-01", "half_year")).toBe("2025-H2");
});

it("tells a window by its first and last day", () => {
  expect(formatSpan({ start: "2024-12-01", end: "2024-12-30" })).toBe("2024-12-01 – 2024-12-30");
  expect(formatSpan({ start: "2024-12-01T00:00:00", end: "2025-01-01T00:00:00" })).toBe(
    "2024-12-01 – 2024-12-31",
  );
});

it("shortens instants, durations and sizes", () => {
  expect(formatInstant("2025-12-31T23:58:11")).toBe("2025-12-31 23:58");
  expect(formatInstant("2025-12-31T12:00:00.5Z")).toMatch(/^202[56]-\d\d-\d\d \d\d:\d\d$/);
  expect(formatDuration(0.82, "en")).toBe("820 ms");
  expect(formatDuration(90, "en")).toBe("1 min 30 sec");
  expect(formatDuration(9 * 86_400 - 60, "en")).toBe("9 days");
  expect(formatBytes(1_500_000, "en")).toBe("1.5 MB");
  expect(formatBytes(422, "en")).toBe("422 bytes");
});
