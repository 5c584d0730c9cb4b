import { expect, it } from "vitest";
import type { Metric, TargetKey } from "@/api/types";
import { historyLink, originYearAgo } from "./history";

const metric = {
  dimensions: [
    { name: "store", kind: "entity" },
    { name: "order__channel", kind: "categorical" },
  ],
} as Metric;
const key: TargetKey = { metric: "paid_amount", period: "2026-01", dimension: null, segment: null };

it("opens the year before within the target's segment", () => {
  const { query } = originYearAgo({ ...key, dimension: "channel", segment: "O'Brien" }, metric) ?? {};
  expect(query?.where).toEqual(["{{ Dimension('order__channel') }} = 'O''Brien'"]);
  expect([query?.start_time, query?.end_time]).toEqual(["2025-01-01", "2025-01-31"]);
  expect(originYearAgo({ ...key, dimension: "team", segment: "A" }, metric)).toBeNull();
});

it("links to the complete periods that a proposal rests on", () => {
  const range = (asOf: string) => {
    const link = historyLink(key, metric, { grain: "month", n: 3 }, asOf);
    return new URL(link ?? "", "http://x").searchParams.get("r");
  };
  expect(range("2025-12-31")).toBe("2025-10-01..2025-12-31");
  expect(range("2025-12-30")).toBe("2025-09-01..2025-11-30");
  expect(range("2026-05-05")).toBe("2025-10-01..2025-12-31");
  expect(historyLink(key, metric, { grain: "fiscal_month", n: 3 }, "2025-12-31")).toBeNull();
});
