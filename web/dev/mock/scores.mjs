const tiers = [
  { from: 100, label: { zh: "A", en: "A" }, consequence: { zh: "晋级", en: "promotion" } },
  { from: 80, label: { zh: "B", en: "B" }, consequence: { zh: "保持", en: "keep" } },
  { from: null, label: { zh: "C", en: "C" }, consequence: { zh: "技能提升", en: "training" } },
];
const label = (zh, en) => ({ zh, en });
const kpis = [
  [
    "finance",
    "paid_amount",
    label("支付金额", "Paid amount"),
    25,
    4120000,
    4300000,
    "money",
    "curve",
    91.61,
    22.9,
    0.9581,
  ],
  [
    "finance",
    "aov",
    label("客单价", "Average order value"),
    15,
    312.4,
    320,
    "money",
    "ratio",
    74.8,
    11.22,
    0.9763,
  ],
  [
    "customer",
    "refund_rate",
    label("退款率", "Refund rate"),
    30,
    0.047,
    0.045,
    "percent",
    "ratio",
    95.56,
    28.67,
    0.9556,
  ],
  ["customer", "csat", label("满意度", "CSAT"), 10, null, 0.95, "percent", "bands", null, null, null],
  [
    "process",
    "conversion",
    label("支付转化率", "Conversion"),
    20,
    0.0352,
    0.034,
    "percent",
    "linear",
    103.53,
    20.71,
    1.0353,
  ],
];

export const schemes = [
  {
    name: "monthly_ops",
    label: label("店铺运营月度考核", "Monthly operations"),
    path: "schemes/monthly_ops.yaml",
    subject_dimension: "order__store",
    perspectives: perspectives((kpi) => ({
      name: kpi[1],
      label: kpi[2],
      metric: kpi[1],
      weight: kpi[3],
      rule: kpi[7],
    })),
    grain: "month",
    last_period: "2025-10",
    tiers,
  },
];

function perspectives(item) {
  return [
    ["finance", label("财务", "Finance"), 40, 34.12],
    ["customer", label("客户", "Customers"), 40, 28.67],
    ["process", label("流程", "Process"), 20, 20.71],
  ].map(([name, text, weight, contribution]) => ({
    name,
    label: text,
    weight,
    contribution,
    kpis: kpis.filter((kpi) => kpi[0] === name).map(item),
  }));
}

const subjects = ["company", "store:S01", "store:S02", "store:S03"];

export function ranking({ scheme, period }) {
  return subjects.map((subject, i) => ({
    ...scorecard({ scheme, period, subject }),
    subject_label: i === 0 ? "公司" : `店铺 S0${i}`,
    total: 83.5 - i * 4.31,
    tier: tiers[i < 2 ? 1 : 2],
    provisional: i === 2,
  }));
}

export function scorecard({ scheme, period, subject }) {
  return {
    id: 1,
    scheme,
    scheme_revision: "77aa01bcde12",
    label: schemes[0].label,
    subject: subject ?? "company",
    subject_label: subject ?? "公司",
    period,
    total: 83.5,
    out_of: 120,
    tier: tiers[1],
    provisional: true,
    previous_total: 81.4,
    change: 2.1,
    perspectives: perspectives(
      ([, name, text, weight, actual, target, format, rule, score, contribution, attainment]) => ({
        name,
        label: text,
        metric: name,
        weight,
        actual,
        format,
        unit: null,
        target,
        floor: target * 0.9,
        stretch: target * 1.1,
        attainment,
        rule,
        rule_text: label(
          `达成 ${attainment} 落在 [0.9, 1.0),得分 60 + (达成 − 0.9) ÷ 0.1 × 40 = ${score}`,
          `attainment ${attainment} lies in [0.9, 1.0): ${score}`,
        ),
        score,
        contribution,
        missing: actual === null ? "hold" : null,
        missing_reason: actual === null ? label("问卷数据尚未导入", "no survey data yet") : null,
        query: {
          metrics: [name],
          group_by: ["metric_time__month"],
          where: [],
          start_time: "2025-10-01",
          end_time: "2025-10-31",
          order: [],
          limit: null,
        },
        cell: { metric_time__month: "2025-10-01" },
      }),
    ),
    steps: [
      {
        text: label(
          "各项贡献之和 34.12 + 28.67 + 20.71 = 83.50",
          "Sum of contributions 34.12 + 28.67 + 20.71 = 83.50",
        ),
      },
      { text: label("总分 83.50,落在 B [80, 100)", "Total 83.50 lies in B [80, 100)") },
    ],
    as_of: "2025-11-11T23:58:11",
    revisions: { paid_amount: "9f2c0a77b01e5", aov: "9f2c4a77b01e5" },
  };
}
