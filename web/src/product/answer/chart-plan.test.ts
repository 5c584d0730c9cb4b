import { expect, it } from "vitest";
import type { Answer, AnswerColumn, Cell } from "@/api/types";
import { type ChartText, kindsFor, planChart } from "./chart-plan";

const text: ChartText = {
  locale: "en",
  currency: "CNY",
  label: (column) => column.name,
  others: (count) => `${count} others`,
};

function answerOf(columns: [string, AnswerColumn["role"]][], rows: Cell[][]): Answer {
  return {
    columns: columns.map(([name, role]) => ({
      name,
      role,
      type: "decimal",
      grain: role === "time" ? "month" : null,
      label: { zh: name, en: name },
      format: role === "metric" ? "money" : null,
      unit: null,
      direction: null,
      metric: role === "metric" ? name : null,
      comparison: null,
      measure: null,
    })),
    rows,
  } as unknown as Answer;
}

const months = answerOf(
  [
    ["metric_time__month", "time"],
    ["paid", "metric"],
  ],
  [
    ["2025-01-01", 1],
    ["2025-02-01", 2],
    ["2025-03-01", 3],
  ],
);
const segments = answerOf(
  [
    ["channel", "dimension"],
    ["paid", "metric"],
  ],
  [
    ["web", 5],
    ["app", 7],
  ],
);
const both = answerOf(
  [
    ["metric_time__month", "time"],
    ["channel", "dimension"],
    ["paid", "metric"],
  ],
  [
    ["2025-01-01", "web", 1],
    ["2025-01-01", "app", 9],
    ["2025-02-01", "web", 2],
  ],
);
const grid = answerOf(
  [
    ["channel", "dimension"],
    ["store", "dimension"],
    ["paid", "metric"],
  ],
  [["web", "S01", 1]],
);

it("chooses the chart from the shape of the answer", () => {
  expect(kindsFor(months)[0]).toBe("line");
  expect(kindsFor(segments)[0]).toBe("bar");
  expect(kindsFor(both)[0]).toBe("line");
  expect(kindsFor(grid)[0]).toBe("heat");
  expect(kindsFor(answerOf([["paid", "metric"]], []))).toEqual(["none"]);
});

it("finds the row behind a point", () => {
  expect(planChart(months, "line", text)?.pointOf("paid", 2)).toEqual({ row: 2, metric: "paid" });
  expect(planChart(months, "line", text)?.pointOf("paid__previous", 2)).toBeNull();
  expect(planChart(segments, "bar", text)?.pointOf("paid", 1)).toEqual({ row: 1, metric: "paid" });
  const plan = planChart(both, "line", text);
  expect(plan?.pointOf("web", 1)).toEqual({ row: 2, metric: "paid" });
  expect(plan?.pointOf("app", 1)).toBeNull();
});

it("draws the largest segments and counts the others", () => {
  const rows = Array.from({ length: 12 }, (_, i): Cell[] => ["2025-01-01", `s${i}`, i]);
  const plan = planChart(
    answerOf(
      both.columns.map((c) => [c.name, c.role]),
      rows,
    ),
    "line",
    text,
  );
  expect(plan?.left).toBe(4);
  const series = plan?.option.series as { name: string }[];
  expect(series.map((one) => one.name)).toEqual(["s11", "s10", "s9", "s8", "s7", "s6", "s5", "s4"]);
});

it("keeps what does not fit inside a stack as one part", () => {
  const many = answerOf(
    [
      ["metric_time__month", "time"],
      ["channel", "dimension"],
      ["paid", "metric"],
    ],
    Array.from({ length: 11 }, (_, index) => ["2025-01-01", `c${index}`, 11 - index]),
  );
  const plan = planChart(many, "stack", text);
  const series = plan?.option.series as { name: string; data: (number | null)[] }[];
  expect(plan?.left).toBe(0);
  expect(series.at(-1)?.name).toBe("3 others");
  expect(series.reduce((sum, one) => sum + (one.data[0] ?? 0), 0)).toBe(66);
  expect(planChart(many, "line", text)?.left).toBe(3);
});

it("fits the room of a panel and keeps to what can be read", () => {
  const height = (answer: Answer, kind: "line" | "stack" | "bar", room: number) =>
    planChart(answer, kind, text, room)?.height;
  expect(height(months, "line", 300)).toBe(300);
  expect(height(months, "line", 20)).toBe(160);
  expect(height(both, "stack", 300)).toBe(300);
  expect(height(segments, "bar", 90)).toBe(160);
  expect(height(segments, "bar", 900)).toBe(160);
});
