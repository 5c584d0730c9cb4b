import { describe, expect, it } from "vitest";
import type { LineageRequest, QueryBody } from "@/api/types";
import type { Computed } from "@/product/computed/computed";
import { packWhy, unpackWhy, whyOf, whyOfComputed } from "./why-link";

const query: QueryBody = {
  metrics: ["paid_amount"],
  group_by: [],
  where: ["store = 'S01'"],
  start_time: "2025-11-01",
  end_time: "2025-11-12",
  order: [],
  limit: null,
  compare: [],
};

function why(cell: LineageRequest["cell"]) {
  return whyOf({ query, metric: "paid_amount", cell });
}

describe("the question why of a number", () => {
  it("takes the period of its row, whatever the grain", () => {
    expect(why({ metric_time__day: "2025-11-11" })?.period).toBe("2025-11-11");
    expect(why({ metric_time__week: "2025-12-29T00:00:00" })?.period).toBe("2025-12-29..2026-01-04");
    expect(why({ metric_time__month: "2025-11-01" })?.period).toBe("2025-11");
    expect(why({ metric_time__quarter: "2025-10-01" })?.period).toBe("2025-Q4");
    expect(why({ metric_time__year: "2025-01-01" })?.period).toBe("2025");
    expect(why({ metric_time__hour: "2025-10-01T14:00:00" })?.period).toBe(
      "2025-10-01 14:00:00..2025-10-01 14:59:59",
    );
  });

  it("takes the query's days where the row has no time", () => {
    expect(why({})?.period).toBe("2025-11-01..2025-11-12");
    expect(whyOf({ query: { ...query, start_time: null }, metric: "paid_amount", cell: {} })).toBeNull();
  });

  it("keeps to the row's segment, quotes and missing values included", () => {
    expect(why({ order__channel: "O'Brien", order__region: null })?.where).toEqual([
      "store = 'S01'",
      "order__channel = 'O''Brien'",
      "order__region IS NULL",
    ]);
  });

  it("survives a link", () => {
    const request = why({ order__channel: "搜索" });
    expect(request && unpackWhy(packWhy(request))).toEqual(request);
    expect(unpackWhy("%%%")).toBeNull();
    expect(unpackWhy(null)).toBeNull();
  });
});

it("asks of a computed number about the actual one, against its own base", () => {
  const number = { query, metric: "paid_amount", cell: {} };
  const of = (comparison: string): Computed => ({
    kind: "change",
    metric: "paid_amount",
    format: "money",
    unit: null,
    value: 0.1,
    inputs: [
      { part: "actual", value: 11, number },
      { part: "base", value: 10, number: { ...number, comparison } },
    ],
  });
  expect(whyOfComputed(of("year_ago"))?.against).toBe("year_ago");
  const earlier = { ...number, query: { ...query, start_time: "2025-09-01", end_time: "2025-09-30" } };
  const [actual] = of("previous").inputs;
  const own: Computed = { ...of("previous"), inputs: [{ part: "base", value: 10, number: earlier }] };
  expect(whyOfComputed({ ...own, inputs: [...(actual ? [actual] : []), ...own.inputs] })?.against).toBe(
    "2025-09-01..2025-09-30",
  );
  expect(whyOfComputed(of("previous_weekday"))?.against).toBe("previous");
  expect(whyOfComputed({ ...of("previous"), inputs: [{ part: "days", value: 31 }] })).toBeNull();
  expect(whyOf({ ...number, comparison: "previous" })).toBeNull();
});
