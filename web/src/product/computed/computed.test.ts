import { expect, it } from "vitest";
import type { QueryBody } from "@/api/types";
import type { Compared } from "@/product/answer/answer";
import {
  computed,
  goalOf,
  type Measured,
  movementOf,
  packComputed,
  towards,
  unpackComputed,
} from "./computed";

const query: QueryBody = {
  metrics: ["paid_amount"],
  group_by: [],
  where: [],
  start_time: "2025-10-01",
  end_time: "2025-11-12",
  order: ["paid_amount"],
  limit: 5,
  compare: ["previous"],
};
const paid: Measured = {
  metric: "paid_amount",
  value: 60,
  format: "money",
  origin: { query, cell: { store: "S01" } },
};
const compared: Compared = {
  comparison: "previous",
  label: { zh: "环比", en: "previous" },
  base: null,
  value: 50,
  change: 0.2,
  difference: 10,
  attainment: null,
  gap: null,
  elapsed: null,
  planned: null,
  needed: null,
};
const period = { name: "2025-Q4", days: 92, days_passed: 43 };
const goal = goalOf(paid, period, { floor: null, target: 100, stretch: null, planned: 70 }, true);

it("opens a change into the value and what it is compared with", () => {
  const change = movementOf(paid, compared);
  expect(change?.kind).toBe("change");
  expect(change?.inputs.map(({ part, value }) => [part, value])).toEqual([
    ["actual", 60],
    ["base", 50],
  ]);
  expect(change?.inputs[0]?.number?.comparison).toBeUndefined();
  expect(change?.inputs[1]?.number?.comparison).toBe("previous");
  expect(change?.inputs[1]?.number?.query.compare).toEqual([]);
});

it("tells shares by their difference, and opens no figure of the industry", () => {
  expect(movementOf({ ...paid, format: "percent" }, compared)?.kind).toBe("difference");
  const industry = movementOf(paid, { ...compared, comparison: "benchmark:top3" });
  expect(industry?.inputs[1]).toEqual({ part: "base", value: 50 });
  expect(movementOf(paid, { ...compared, change: null, difference: null })).toBeNull();
});

it("finds the target of a running period by the whole of it", () => {
  const gap = towards("gap", paid, goal, 40);
  const [target, actual] = gap?.inputs ?? [];
  expect(target?.number).toMatchObject({
    comparison: "target",
    cell: { store: "S01" },
    query: { start_time: "2025-10-01", end_time: "2025-12-31" },
  });
  expect(actual?.number?.query.end_time).toBe("2025-11-12");
});

it("works out what is needed of the days that remain", () => {
  expect(towards("needed", paid, goal, 0.8)?.inputs.at(-1)).toEqual({ part: "days_left", value: 49 });
  expect(towards("elapsed", paid, goal, 43 / 92)?.inputs.map(({ value }) => value)).toEqual([43, 92]);
  expect(towards("needed", paid, goal, null)).toBeNull();
});

it("opens the plan inside what is ahead of it, and says that a rate is planned as it is", () => {
  const plan = towards("ahead", paid, goal, -10)?.inputs[1]?.computed;
  expect(plan?.kind).toBe("planned");
  expect(plan?.inputs[1]).toEqual({ part: "until", value: 0.7 });
  const rate = goalOf(paid, period, { floor: null, target: 0.1, stretch: null, planned: 0.1 }, false);
  expect(towards("planned", paid, rate, 0.1)?.kind).toBe("planned_rate");
});

it("survives a link, and a damaged link opens nothing", () => {
  const sum = computed("cascade_sum", paid, 3, [{ part: "child", name: "禾木", value: 3 }]);
  if (!sum) throw new Error("a sum with a value is no null");
  expect(unpackComputed(packComputed(sum))).toEqual(sum);
  expect(unpackComputed("%%%")).toBeNull();
  expect(unpackComputed(packComputed({ ...sum, kind: "toString" as "gap" }))).toBeNull();
  expect(unpackComputed(packComputed({ ...sum, inputs: [{ part: "x" as "sum", value: 1 }] }))).toBeNull();
});
