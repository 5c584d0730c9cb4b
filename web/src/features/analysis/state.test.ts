import { expect, it } from "vitest";
import { queryOf, readState, writeState } from "./state";

it("survives the URL", () => {
  const state = {
    metrics: ["paid_amount", "orders"],
    dimensions: ["order__channel"],
    grain: null,
    range: { start: "2025-01-01", end: "2025-03-31" },
    chart: "bar",
    order: "-orders",
  } as const;
  const params = new URLSearchParams("date=2025-05-05");
  writeState(params, { ...state, metrics: [...state.metrics], dimensions: [...state.dimensions] });
  expect(readState(new URLSearchParams(params.toString()))).toEqual(state);
  expect(params.get("date")).toBe("2025-05-05");
});

it("asks for the last periods of the grain, with the frame's filters and comparisons", () => {
  const params = new URLSearchParams("m=paid_amount&compare=year_ago&f=order__channel~web");
  const query = queryOf(readState(params), params, "2011-12-09", new Map());
  expect(query).toEqual({
    metrics: ["paid_amount"],
    group_by: ["metric_time__month"],
    where: ["{{ Dimension('order__channel') }} = 'web'"],
    start_time: "2010-12-01",
    end_time: "2011-12-09",
    order: ["metric_time__month"],
    limit: 2000,
    compare: ["year_ago"],
  });
});
