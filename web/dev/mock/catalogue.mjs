export const dimensions = [
  { name: "order__channel", label: { zh: "渠道", en: "Channel" }, kind: "categorical" },
  { name: "order__store", label: { zh: "店铺", en: "Store" }, kind: "categorical" },
  { name: "order__region", label: { zh: "地区", en: "Region" }, kind: "categorical" },
  { name: "metric_time", label: { zh: "时间", en: "Time" }, kind: "time" },
];

const specs = [
  [
    "paid_amount",
    "支付金额",
    "Paid amount",
    "simple",
    "money",
    "higher",
    "成交",
    "付款成功订单的买家实付金额合计;按付款时间归属,不扣除之后的退款。",
  ],
  [
    "net_amount",
    "净销售额",
    "Net sales",
    "derived",
    "money",
    "higher",
    "成交",
    "支付金额减去成功退款;退款期内为暂定。",
  ],
  [
    "visitors",
    "访客数",
    "Visitors",
    "simple",
    "count",
    "higher",
    "流量",
    "当日访问过店铺任一页面的去重访客。",
  ],
  ["conversion", "支付转化率", "Conversion", "ratio", "percent", "higher", "流量", "支付买家数除以访客数。"],
  ["aov", "客单价", "Average order value", "ratio", "money", "higher", "成交", "支付金额除以支付买家数。"],
  ["refund_rate", "退款率", "Refund rate", "ratio", "percent", "lower", "服务", "成功退款金额除以支付金额。"],
  ["orders", "支付订单数", "Paid orders", "simple", "count", "higher", "成交", "付款成功的订单数。"],
];

const metrics = specs.map(([name, zh, en, kind, format, direction, group, description], i) => ({
  name,
  label: { zh, en },
  description,
  kind,
  format,
  unit: null,
  direction,
  class: i < 2 ? "result" : "process",
  owner: "数据组",
  group,
  path: "models/orders.yaml",
  line: 12 + i * 14,
  revision: `9f2c${i}a77b01e5`,
  inputs: kind === "simple" ? [] : ["paid_amount", "orders"],
  dimensions,
}));

export const catalogue = { metrics, issues: [] };

export function findMetric(name) {
  return metrics.find((metric) => metric.name === name);
}

export function metricDetail(name) {
  const metric = findMetric(name);
  if (!metric) return undefined;
  const yaml = `metrics:\n  - name: ${name}\n    label: ${metric.label.zh}\n    type: ${metric.kind}\n    expr: paid\n    agg: sum\n`;
  return {
    ...metric,
    formula: metric.kind === "ratio" ? "sum(paid) / count_distinct(customer_id)" : "sum(paid)",
    filters: ["{{ Dimension('order__status') }} <> 'closed'"],
    sql: `SELECT\n  date_trunc('month', paid_at) AS metric_time__month,\n  SUM(paid) AS ${name}\nFROM orders\nWHERE status <> 'closed'\nGROUP BY 1\nORDER BY 1`,
    yaml,
    revisions: [
      { revision: metric.revision, at: "2025-10-03T11:20:00", by: "owner", path: metric.path, text: yaml },
      {
        revision: "1c77a0b2d4e6",
        at: "2025-06-18T09:02:00",
        by: "owner",
        path: metric.path,
        text: yaml.replace("sum", "count"),
      },
    ],
    used_by: ["aov", "monthly_ops"].filter((one) => one !== name),
  };
}
