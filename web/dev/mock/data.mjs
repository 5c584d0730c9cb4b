const column = (name, zh, en, kind, in_key = false) => ({
  name,
  label: { zh, en },
  kind,
  required: in_key,
  in_key,
});

const orderColumns = [
  column("order_id", "订单号", "Order", "text", true),
  column("customer_id", "买家", "Customer", "text"),
  column("store_id", "店铺", "Store", "text"),
  column("placed_at", "下单时间", "Placed at", "instant"),
  column("paid_at", "付款时间", "Paid at", "instant"),
  column("paid", "实付", "Paid", "money"),
  column("quantity", "件数", "Quantity", "integer"),
  column("region", "省份", "Region", "text"),
];

const dataset = (name, zh, en, rows, derived = false) => ({
  name,
  label: { zh, en },
  key: [`${name.replace(/s$/, "")}_id`],
  time: rows ? "paid_at" : null,
  rows,
  as_of: rows ? "2025-11-11T23:58:11" : null,
  first: rows ? "2023-11-01T00:00:04" : null,
  snapshot_id: rows ? "s8" : null,
  derived,
  kind: "canonical",
  columns: orderColumns,
});

export const datasets = [
  dataset("orders", "订单", "Orders", 100234),
  dataset("order_items", "订单明细", "Order items", 182311),
  dataset("customers", "客户", "Customers", 20011, true),
  dataset("products", "商品", "Products", 412),
  dataset("refunds", "退款", "Refunds", 4211),
  dataset("traffic", "流量", "Traffic", 26012),
  dataset("tickets", "工单", "Tickets", 0),
  dataset("survey_responses", "问卷", "Survey responses", 0),
];

const FRAME_KINDS = { text: "string", money: "decimal", instant: "timestamp" };

export const sources = [
  {
    name: "qianniu",
    label: { zh: "千牛导出", en: "Qianniu" },
    path: "sources/qianniu.yaml",
    datasets: ["orders"],
  },
];

export const imports = [
  [3, "订单-20251111.csv", "committed", 6],
  [2, "退款-20251111.xlsx", "committed", 0],
  [1, "订单-20251110.csv", "undone", 0],
].map(([id, file_name, state, rejected]) => ({
  id,
  state,
  file_hash: "ab12cd34ef56ab12cd34ef56ab12cd34ef56ab12cd34ef56ab12cd34ef56ab12",
  started_at: "2025-11-11T09:01:12",
  by: "owner",
  has_rejects: rejected > 0,
  error: null,
  report: {
    import_id: id,
    dataset: "orders",
    source: "qianniu",
    file_name,
    rows_read: 1204,
    accepted: 1204 - rejected,
    rejected,
    new_rows: 1100,
    replaced: 98 - rejected,
    unchanged: 6,
    duplicates_in_file: 2,
    totals: [{ column: "paid", label: { zh: "实付", en: "Paid" }, sum: 184223.5, file_total: 184233.5 }],
    rejects: rejected
      ? [
          {
            line: 18,
            column: "placed_at",
            value: "2025/13/02",
            reason: "月份不存在",
            hint: "日期写成 2025-12-02",
          },
        ]
      : [],
    mapping: [
      { header: "订单编号", column: "order_id" },
      { header: "买家实付金额", column: "paid" },
      { header: "备注", column: null },
    ],
    notes: [],
    first: "2025-11-01T00:02:11",
    last: "2025-11-11T23:58:11",
    derived: [],
    duration_ms: 1840,
    already_imported: false,
  },
}));

export function importDetail(id) {
  return imports.find((one) => one.id === Number(id));
}

export function rowsPage(name, { offset = 0, limit = 50 }) {
  const total = name === "lines" ? 4 : 312;
  const first = Number(offset);
  const count = Math.max(0, Math.min(Number(limit), total - first));
  const at = Array.from({ length: count }, (_, i) => first + i);
  return {
    columns: orderColumns.map(({ name: column, label, kind }) => ({
      name: column,
      label,
      type: FRAME_KINDS[kind] ?? kind,
    })),
    rows: at.map((i) => [
      `31120251111${String(i).padStart(4, "0")}`,
      `c${1000 + i}`,
      "S01",
      "2025-11-11T00:01:07",
      "2025-11-11T00:02:07",
      129.5 + i,
      1 + (i % 3),
      ["浙江", "广东", "北京"][i % 3],
    ]),
    total,
    offset: first,
    origin: at.map((i) =>
      name === "orders" && i % 4 === 3
        ? null
        : {
            import_id: 3,
            file_name: "订单-20251111.csv",
            file_hash: "ab12cd34ef56",
            line: i + 2,
            source: "qianniu",
          },
    ),
    derived: at.map((i) =>
      name === "orders" && i % 4 === 3
        ? { dataset: "orders", key: { order_id: `31120251111${String(i).padStart(4, "0")}` } }
        : null,
    ),
  };
}
