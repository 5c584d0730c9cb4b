/**
 * Answers /api/v1 while developing without a server: the shapes are the API's, the numbers are made by a
 * seeded generator. Nothing here is part of a build.
 */
import { catalogue, metricDetail } from "./mock/catalogue.mjs";
import { datasets, importDetail, imports, rowsPage, sources } from "./mock/data.mjs";
import { answer, dimensionValues, lineage } from "./mock/query.mjs";
import { ranking, schemes, scorecard } from "./mock/scores.mjs";

const AS_OF = "2025-11-11";

const project = {
  name: "示例店铺",
  locale: "zh-CN",
  timezone: "Asia/Shanghai",
  currency: "CNY",
  day_cutoff: "00:00",
  fiscal_year_start: 1,
  as_of: AS_OF,
  issues: [
    {
      path: "models/orders.yaml",
      line: 41,
      column: 7,
      code: "unknown_metric",
      message: "metric `paid_amonut` does not exist",
      hint: "did you mean `paid_amount`?",
      severity: "warning",
    },
  ],
  version: "0.1.0",
  revision: "4be1c0ffee12",
  synthetic: true,
};

const targets = [
  {
    id: "t1",
    metric: "paid_amount",
    dimension: null,
    segment: null,
    period: "2025-11",
    floor: 38000000,
    target: 43000000,
    stretch: 48000000,
    reason: "双11 按去年 +12%",
    by: "owner",
    at: "2025-10-28T10:12:00",
    version: 2,
  },
  {
    id: "t2",
    metric: "refund_rate",
    dimension: "order__store",
    segment: "S01",
    period: "2025-11",
    floor: null,
    target: 0.04,
    stretch: null,
    reason: "行业 TOP10%",
    by: "owner",
    at: "2025-10-28T10:15:00",
    version: 1,
  },
];

const report = {
  import_id: 1,
  dataset: "orders",
  rows_read: 1204,
  accepted: 1198,
  rejected: 6,
  new_rows: 1100,
  replaced: 90,
  unchanged: 8,
  duplicates_in_file: 2,
  totals: [{ column: "paid", label: { zh: "实付", en: "Paid" }, sum: 184223.5, file_total: 184223.5 }],
  rejects: [
    { line: 18, column: "placed_at", value: "2025/13/02", reason: "月份不存在", hint: "日期写成 2025-12-02" },
    {
      line: 77,
      column: "order_id",
      value: "3.11E+17",
      reason: "编号被表格软件改写",
      hint: "把该列设为文本后重新导出",
    },
  ],
  notes: ["合计行(第 1206 行)不计入数据,用于核对"],
  first: "2025-11-01T00:02:11",
  last: "2025-11-11T23:58:11",
  derived: [],
  duration_ms: 1840,
  already_imported: false,
};

const preview = {
  encoding: "gb18030",
  delimiter: ",",
  sheets: [],
  sheet: null,
  header_row: 1,
  columns: ["订单编号", "买家会员名", "订单付款时间", "买家实付金额", "收货省份", "备注"].map((header) => ({
    header,
    samples: ["…"],
    kind: "text",
  })),
  rows: Array.from({ length: 20 }, (_, i) => [
    `31120250111${String(i).padStart(4, "0")}`,
    `买家${i}`,
    `2025-11-11 00:${String(i).padStart(2, "0")}:07`,
    (129 + i * 3.5).toFixed(2),
    ["浙江", "广东", "北京"][i % 3],
    "",
  ]),
  notes: ["编码 GB18030(按中文字频判断)", "表头在第 1 行"],
  suggested_dataset: "orders",
  presets: [],
  mapping: [
    ["订单编号", "order_id", 0.98, "同义词"],
    ["买家会员名", "customer_id", 0.86, "同义词"],
    ["订单付款时间", "paid_at", 0.97, "同义词,值是时间"],
    ["买家实付金额", "paid", 0.99, "同义词,值是金额"],
    ["收货省份", "region", 0.9, "值是省份"],
    ["备注", null, 0, ""],
  ].map(([header, column, confidence, why], i) => ({ header, column, confidence, why, sample: preview0(i) })),
};

function preview0(i) {
  return ["311202501110001", "买家1", "2025-11-11 00:01:07", "132.50", "广东", ""][i];
}

const jobs = new Map();

function startJob(kind, { dataset }) {
  const id = `job-${jobs.size + 1}`;
  jobs.set(id, { kind, dataset, at: Date.now(), cancelled: false });
  return { job_id: id };
}

function job(id) {
  const found = jobs.get(id);
  const elapsed = Date.now() - found.at;
  const done = elapsed > 1500;
  return {
    id,
    kind: found.kind,
    state: found.cancelled ? "cancelled" : done ? "done" : "running",
    progress: {
      step: "rows",
      done: Math.min(184223, Math.round((elapsed / 1500) * 184223)),
      total: 184223,
      rows: Math.min(1204, Math.round((elapsed / 1500) * 1204)),
      rate: 122000,
      remaining_s: Math.max(0, (1500 - elapsed) / 1000),
    },
    result:
      done && !found.cancelled
        ? { ...report, dataset: found.dataset, import_id: found.kind === "import" ? 1 : null }
        : null,
    error: null,
  };
}

/** Method and path pattern → answer; patterns hold `:name` parts. */
const routes = [
  ["GET", "/project", () => project],
  ["GET", "/datasets", () => ({ datasets })],
  ["GET", "/datasets/:name/rows", ({ params, query }) => rowsPage(params.name, query)],
  ["GET", "/imports", () => ({ imports, total: imports.length })],
  ["GET", "/imports/:id", ({ params }) => importDetail(params.id)],
  ["POST", "/imports/:id/undo", () => ({ snapshot_id: "s9", datasets: ["orders"] })],
  ["GET", "/sources", () => ({ sources })],
  [
    "POST",
    "/uploads",
    () => ({ upload_id: "u1", file_name: "订单.csv", bytes: 184223, sha256: "ab12cd34ef56ab12" }),
  ],
  ["GET", "/uploads/:id/preview", () => preview],
  ["POST", "/uploads/:id/check", ({ body }) => startJob("check", body)],
  ["POST", "/uploads/:id/import", ({ body }) => startJob("import", body)],
  ["GET", "/jobs/:id", ({ params }) => job(params.id)],
  [
    "DELETE",
    "/jobs/:id",
    ({ params }) => {
      jobs.get(params.id).cancelled = true;
      return job(params.id);
    },
  ],
  ["GET", "/metrics", () => catalogue],
  ["GET", "/metrics/:name", ({ params }) => metricDetail(params.name)],
  ["POST", "/query", ({ body }) => answer(body)],
  ["GET", "/dimensions/:name/values", ({ params }) => ({ values: dimensionValues(params.name) })],
  ["POST", "/lineage", ({ body }) => lineage(body)],
  ["POST", "/lineage/rows", ({ body }) => rowsPage("orders", body)],
  ["POST", "/lineage/origin", () => rowsPage("lines", { offset: 0, limit: 4 })],
  ["GET", "/targets", () => ({ targets })],
  [
    "POST",
    "/targets",
    ({ body }) => {
      const target = {
        ...body,
        id: `t${targets.length + 1}`,
        by: "owner",
        at: "2025-11-11T09:00:00",
        version: 1,
      };
      targets.push(target);
      return target;
    },
  ],
  [
    "POST",
    "/targets/import",
    () => ({ accepted: 3, rejected: [{ line: 5, column: "target", value: "abc", reason: "不是数字" }] }),
  ],
  ["GET", "/schemes", () => ({ schemes })],
  ["GET", "/schemes/:name/subjects", () => ({ subjects: ["company", "store:S01", "store:S02"] })],
  ["POST", "/scorecards", ({ body }) => scorecard(body)],
  ["POST", "/scorecards/ranking", ({ body }) => ({ scorecards: ranking(body) })],
];

function match(pattern, path) {
  const wanted = pattern.split("/");
  const given = path.split("/");
  if (wanted.length !== given.length) return null;
  const params = {};
  for (const [i, part] of wanted.entries()) {
    if (part.startsWith(":")) params[part.slice(1)] = decodeURIComponent(given[i]);
    else if (part !== given[i]) return null;
  }
  return params;
}

function readBody(request) {
  return new Promise((resolve) => {
    const chunks = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("end", () => resolve(Buffer.concat(chunks).toString("utf8")));
  });
}

function problem(status, code, title, detail) {
  return {
    type: `/problems/${code}`,
    title,
    status,
    code,
    detail,
    hint: "检查名称,或在指标页查找",
    request_id: "req-1",
  };
}

/** Downloads: enough bytes to see that saving works. */
const FILES = {
  "/query/export?format=csv": ["answer.csv", "\uFEFFmonth,paid\n2025-11,1\n"],
  "/query/export?format=xlsx": ["answer.xlsx", "PK\u0003\u0004"],
  "/lineage/rows.csv": ["rows.csv", "\uFEFForder_id\n1\n"],
  "/targets/template.xlsx": ["targets.xlsx", "PK\u0003\u0004"],
};

export async function handle(request, response) {
  const url = new URL(request.url, "http://mock");
  const path = url.pathname.replace("/api/v1", "");
  const text = await readBody(request);
  const isJson = request.headers["content-type"]?.startsWith("application/json");
  const send = (status, body) => {
    response.statusCode = status;
    response.setHeader("content-type", status < 400 ? "application/json" : "application/problem+json");
    response.end(JSON.stringify(body));
  };
  await new Promise((resolve) => setTimeout(resolve, 60));
  const file = FILES[path + url.search];
  if (file) {
    response.setHeader("content-disposition", `attachment; filename="${file[0]}"`);
    return response.end(file[1]);
  }
  if (path === "/uploads" && text.includes('filename="empty.csv"')) {
    return send(422, problem(422, "empty_file", "文件是空的", "没有读到任何行"));
  }
  for (const [method, pattern, answerOf] of routes) {
    const params = request.method === method ? match(pattern, path) : null;
    if (!params) continue;
    const query = Object.fromEntries(url.searchParams);
    const body = isJson && text ? JSON.parse(text) : undefined;
    const found = answerOf({ params, query, body });
    if (found === undefined) return send(404, problem(404, "not_found", "没有这一项", path));
    return send(200, found);
  }
  return send(404, problem(404, "not_found", "没有这个接口", path));
}

export function mockPlugin() {
  return {
    name: "mock-api",
    configureServer(server) {
      server.middlewares.use((request, response, next) => {
        if (request.url.startsWith("/api/v1")) void handle(request, response);
        else next();
      });
    },
  };
}
