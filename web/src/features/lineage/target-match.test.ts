import { expect, it } from "vitest";
import type { LineageRequest, Target } from "@/api/types";
import { targetsOf } from "./target-match";

const target = (id: number, period: string, segment: [string, string] | null = null): Target => ({
  id,
  metric: "paid",
  dimension: segment?.[0] ?? null,
  segment: segment?.[1] ?? null,
  period,
  floor: null,
  target: 1,
  stretch: null,
  reason: "",
  version: 1,
  by: "local",
  at: "2025-01-01T00:00:00",
  approval: {
    state: "approved",
    submitted_by: null,
    submitted_at: null,
    decided_by: null,
    decided_at: null,
    note: null,
  },
});
const request = (cell: LineageRequest["cell"], start = "2025-01-01", end = "2025-12-31"): LineageRequest => ({
  query: {
    metrics: ["paid"],
    group_by: [],
    where: [],
    start_time: start,
    end_time: end,
    order: [],
    limit: null,
    compare: [],
  },
  metric: "paid",
  cell,
  comparison: "target",
});
const targets = [
  target(1, "2025-04"),
  target(2, "2025-05"),
  target(3, "2025-06"),
  target(4, "2025-05", ["store", "S01"]),
  target(5, "2025"),
  target(6, "2025-W18"),
];
const ids = (found: Target[]) => found.map((one) => one.id);

it("finds the target of the row's period and segment", () => {
  expect(ids(targetsOf(targets, request({ metric_time__month: "2025-05-01" })))).toEqual([2]);
  expect(ids(targetsOf(targets, request({ metric_time__month: "2025-05-01", store: "S01" })))).toEqual([4]);
  expect(ids(targetsOf(targets, request({ metric_time__week: "2025-04-28" })))).toEqual([6]);
  expect(ids(targetsOf(targets, request({})))).toEqual([5]);
  expect(ids(targetsOf(targets, request({}, "2025-05-01", "2025-05-31")))).toEqual([2]);
});

it("finds the months that add up to a quarter, and nothing where nothing is set", () => {
  expect(ids(targetsOf(targets, request({ metric_time__quarter: "2025-04-01" })))).toEqual([1, 2, 3]);
  expect(targetsOf(targets, request({ metric_time__month: "2024-05-01" }))).toEqual([]);
  expect(targetsOf(targets, request({}, "2025-05-03", "2025-05-09"))).toEqual([]);
});
