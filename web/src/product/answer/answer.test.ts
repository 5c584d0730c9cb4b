import { expect, it } from "vitest";
import type { Answer, AnswerColumn } from "@/api/types";
import { cellKey, comparedWith, lastRow, marksIn, trendOf } from "./answer";

function column(name: string, part: Partial<AnswerColumn>): AnswerColumn {
  return {
    name,
    role: "metric",
    type: "decimal",
    grain: null,
    label: { zh: name, en: name },
    format: "money",
    unit: null,
    direction: "higher",
    metric: null,
    comparison: null,
    measure: null,
    ...part,
  };
}

const answer = {
  columns: [
    column("metric_time__month", { role: "time", grain: "month" }),
    column("order__channel", { role: "dimension" }),
    column("paid", { metric: "paid" }),
    column("paid__previous", {
      role: "comparison",
      metric: "paid",
      comparison: "previous",
      measure: "value",
    }),
    column("paid__previous_change", {
      role: "comparison",
      metric: "paid",
      comparison: "previous",
      measure: "change",
    }),
    column("paid__attainment", {
      role: "comparison",
      metric: "paid",
      comparison: "target",
      measure: "attainment",
    }),
  ],
  rows: [
    ["2025-01-01", "web", 100, 80, 0.25, null],
    ["2025-02-01", "web", 90, 100, -0.1, 0.9],
    ["2025-03-01", "web", null, 90, null, null],
  ],
  bases: [
    {
      comparison: "previous",
      label: { zh: "环比", en: "vs previous" },
      words: { zh: "", en: "" },
      rows: ["2024-12-01 – 2024-12-31", "2025-01-01 – 2025-01-31", null],
    },
  ],
} as unknown as Answer;

it("reads what stands beside a metric", () => {
  const [previous, target] = comparedWith(answer, answer.rows[1] ?? [], "paid");
  expect(previous).toMatchObject({
    comparison: "previous",
    base: "2025-01-01 – 2025-01-31",
    value: 100,
    change: -0.1,
    difference: null,
  });
  expect(target).toMatchObject({ comparison: "target", attainment: 0.9, value: null });
  expect(comparedWith(answer, answer.rows[1] ?? [], "other")).toEqual([]);
});

it("names a cell by its group-by values only", () => {
  expect(cellKey(answer, answer.rows[0] ?? [])).toEqual({
    metric_time__month: "2025-01-01",
    order__channel: "web",
  });
});

it("takes the newest row with a value and keeps gaps in the trend", () => {
  expect(lastRow(answer, "paid")).toMatchObject({ value: 90 });
  expect(lastRow(answer, "other")).toBeNull();
  expect(trendOf(answer, "paid")).toEqual([100, 90, null]);
});

it("marks the last period when it is not over, and every period whose refund window is open", () => {
  const open = {
    ...answer,
    partial: true,
    settled: { paid: "2025-02-15" },
    period: { start: "2025-01-01", end: "2025-03-02" },
  };
  const marks = marksIn(open as Answer);
  const of = (row: number) => marks(open.rows[row] as Answer["rows"][number], "paid");
  expect([of(0), of(1), of(2)]).toEqual([
    { partial: false, provisional: false },
    { partial: false, provisional: true },
    { partial: true, provisional: true },
  ]);
  expect(marks(open.rows[2] as Answer["rows"][number], "other").provisional).toBe(false);
});
