import { catalogue, dimensions, findMetric } from "./catalogue.mjs";

const VALUES = {
  order__channel: ["搜索", "推荐", "直播", "站外"],
  order__store: ["S01", "S02", "S03"],
  order__region: ["华东", "华南", "华北", "西南", "东北"],
};

/** A number in 0..1 that depends on the text only. */
function chance(text) {
  let hash = 2166136261;
  for (const char of text) hash = Math.imul(hash ^ char.codePointAt(0), 16777619);
  return ((hash >>> 0) % 10000) / 10000;
}

export function dimensionValues(name) {
  return VALUES[name] ?? [];
}

function periods(grain, start, end) {
  const found = [];
  const date = new Date(`${start}T00:00:00Z`);
  while (date.toISOString().slice(0, 10) <= end && found.length < 400) {
    found.push(date.toISOString().slice(0, 10));
    if (grain === "day") date.setUTCDate(date.getUTCDate() + 1);
    else if (grain === "week") date.setUTCDate(date.getUTCDate() + 7);
    else date.setUTCMonth(date.getUTCMonth() + { month: 1, quarter: 3, year: 12 }[grain]);
  }
  return found;
}

const SCALE = {
  paid_amount: 38e6,
  net_amount: 35e6,
  visitors: 2.4e6,
  orders: 310000,
  conversion: 0.034,
  aov: 318,
  refund_rate: 0.047,
};

function numberAt(metric, key) {
  const season = key.includes("2025-11") || key.includes("2024-11") ? 1.6 : 1;
  const additive = ["money", "count"].includes(metric.format) && metric.name !== "aov";
  const value = SCALE[metric.name] * (0.7 + 0.6 * chance(metric.name + key)) * (additive ? season : 1);
  return metric.format === "count" ? Math.round(value) : Number(value.toFixed(4));
}

function product(lists) {
  return lists.reduce((rows, list) => rows.flatMap((row) => list.map((value) => [...row, value])), [[]]);
}

function comparisonColumns(metric, compare) {
  const base = {
    type: "decimal",
    role: "comparison",
    grain: null,
    format: metric.format,
    unit: null,
    direction: metric.direction,
    metric: metric.name,
    label: metric.label,
  };
  const measures = { value: "", difference: "_diff", change: "_change" };
  return compare.flatMap((comparison) =>
    comparison === "target"
      ? ["value", "attainment", "gap", "elapsed"].map((measure) => ({
          ...base,
          comparison,
          measure,
          name: `${metric.name}__${measure}`,
        }))
      : Object.entries(measures).map(([measure, suffix]) => ({
          ...base,
          comparison,
          measure,
          name: `${metric.name}__${comparison}${suffix}`,
        })),
  );
}

function comparisonValues(metric, compare, value, key) {
  return compare.flatMap((comparison) => {
    if (comparison === "target") {
      const target = value * (0.9 + 0.25 * chance(`t${key}`));
      return [target, value / target, value - target, 0.367];
    }
    const other = value * (0.85 + 0.3 * chance(comparison + metric.name + key));
    return [other, value - other, metric.format === "percent" ? null : value / other - 1];
  });
}

export function answer(query) {
  const metrics = query.metrics.map(findMetric);
  const compare = query.compare ?? [];
  const start = query.start_time ?? "2024-11-01";
  const end = query.end_time ?? "2025-11-11";
  const keys = query.group_by.map((name) => {
    const [base, grain] = name.startsWith("metric_time") ? name.split("__") : [name, null];
    return { name, grain, values: grain ? periods(grain, start, end) : (VALUES[base] ?? ["?"]) };
  });
  const columns = [
    ...keys.map(({ name, grain }) => ({
      name,
      role: grain ? "time" : "dimension",
      type: grain ? "date" : "text",
      grain,
      label: grain ? { zh: "时间", en: "Time" } : dimensions.find((one) => one.name === name)?.label,
      format: null,
      unit: null,
      direction: null,
      metric: null,
      comparison: null,
      measure: null,
    })),
    ...metrics.flatMap((metric) => [
      {
        name: metric.name,
        role: "metric",
        type: "decimal",
        grain: null,
        label: metric.label,
        format: metric.format,
        unit: null,
        direction: metric.direction,
        metric: metric.name,
        comparison: null,
        measure: null,
      },
      ...comparisonColumns(metric, compare),
    ]),
  ];
  const rows = product(keys.map((key) => key.values)).map((values) => [
    ...values,
    ...metrics.flatMap((metric) => {
      const value = numberAt(metric, values.join("|"));
      return [value, ...comparisonValues(metric, compare, value, values.join("|"))];
    }),
  ]);
  return {
    columns,
    rows: query.limit ? rows.slice(0, query.limit) : rows,
    n: Object.fromEntries(metrics.map((metric) => [metric.name, 104233])),
    as_of: "2025-11-11T23:58:11",
    partial: end.endsWith("-11"),
    sources: [{ dataset: "orders", as_of: "2025-11-11T23:58:11" }],
    period: { start, end },
    revision: "4be1c0ffee12",
    revisions: Object.fromEntries(metrics.map((metric) => [metric.name, metric.revision])),
    snapshots: { orders: "s8" },
    notes: [],
    sql: "SELECT\n  date_trunc('month', paid_at) AS metric_time__month,\n  SUM(paid) AS paid_amount\nFROM orders\nGROUP BY 1",
    elapsed_ms: 84,
    truncated: false,
  };
}

export function lineage({ query, metric: name, cell }) {
  const metric = findMetric(name) ?? catalogue.metrics[0];
  const key = Object.values(cell).join("|");
  const input = (inputName, label, aggregation, expression, value) => ({
    metric: inputName,
    label,
    dataset: "orders",
    aggregation,
    expression,
    filters: ["status <> 'closed'"],
    window: { start: "2025-11-01", end: "2025-11-11" },
    rows: 312,
    value,
    sql: "SELECT SUM(paid) FROM orders",
  });
  return {
    metric: name,
    label: metric.label,
    value: numberAt(metric, key),
    format: metric.format,
    unit: null,
    formula: metric.kind === "ratio" ? "paid_amount / buyers" : "sum(paid)",
    description: metric.description,
    revision: metric.revision,
    path: metric.path,
    line: metric.line,
    period: { start: query.start_time, end: query.end_time },
    filters: query.where,
    sql: "SELECT\n  date_trunc('month', paid_at) AS metric_time__month,\n  SUM(paid) AS paid_amount\nFROM orders\nWHERE status <> 'closed'\nGROUP BY 1",
    as_of: "2025-11-11T23:58:11",
    inputs:
      metric.kind === "ratio"
        ? [
            input("paid_amount", { zh: "支付金额", en: "Paid amount" }, "sum", "paid", 12846000.5),
            input("buyers", { zh: "支付买家数", en: "Buyers" }, "count_distinct", "customer_id", 40396),
          ]
        : [input(name, metric.label, "sum", "paid", numberAt(metric, key))],
  };
}
