import assert from "node:assert/strict";
import { test } from "node:test";
import { makeBoard, openSessionFor } from "./board.mjs";
import { openSession, overflow, seriousFindings } from "./session.mjs";

/** Every page of the product for the project at hand. */
async function pagesOf(session, board) {
  const { metrics } = await session.api("/metrics");
  const { datasets } = await session.api("/datasets");
  const { imports } = await session.api("/imports?limit=1");
  const metric = metrics[0];
  const dimension = metric.dimensions.find((one) => one.kind !== "time");
  const { targets } = await session.api("/targets");
  // The latest: the first ones lie before the data that a proposal rests on.
  const target = targets.findLast((one) => one.metric === "paid_amount" && !one.dimension) ?? targets[0];
  const filled = datasets.find((one) => one.rows > 0);
  return [
    "/",
    "/?compare=previous,year_ago,target",
    "/explore",
    `/explore?m=${metric.name}&compare=previous,year_ago`,
    ...(dimension
      ? [
          `/explore?m=${metric.name}&d=${dimension.name}`,
          `/explore?m=${metric.name}&d=${dimension.name}&g=none`,
        ]
      : []),
    `/explore?m=${metric.name}&g=none`,
    "/boards",
    "/boards?new=1",
    `/boards/${board.link}`,
    `/boards/${board.link}?p=last_7_days&compare=year_ago`,
    `/boards/${board.link}/wall`,
    "/metrics",
    `/metrics/${metric.name}`,
    "/appraisal",
    "/targets",
    "/targets/grid",
    "/targets/grid?grain=week",
    "/targets/actuals",
    ...(target
      ? ["", "?part=cascade", "?part=versions", "?part=proposal"].map(
          (part) => `/targets/${target.metric}/${target.period}${part}`,
        )
      : []),
    "/data/reconcile",
    "/data",
    "/data/import",
    "/data/imports",
    ...(filled ? [`/data/datasets/${filled.name}`] : []),
    ...(imports[0] ? [`/data/imports/${imports[0].id}`] : []),
  ];
}

for (const [locale, size] of [
  ["zh-CN", "desktop"],
  ["en", "phone"],
]) {
  test(`every page opens without faults (${locale}, ${size})`, async (t) => {
    const { session, removeLater } = await openSessionFor(t, { locale, size });
    const board = await makeBoard(session, `e2e pages ${size}`);
    removeLater(board.link);
    for (const path of await pagesOf(session, board)) {
      await t.test(path, async () => {
        await session.open(path);
        assert.equal(await session.page.locator(".state-problem").count(), 0, "the page shows a problem");
        session.assertNoFaults(path);
        assert.deepEqual(await seriousFindings(session.page), []);
        assert.ok((await overflow(session.page)) <= 0, "the page is wider than the window");
      });
    }
  });
}

test("the language and the colours of changes can be switched and stay", async (t) => {
  const session = await openSession({ locale: "zh-CN" });
  t.after(session.close);
  const { page } = session;
  await session.open("/metrics");
  assert.equal(await page.locator("h1").innerText(), "指标");
  assert.equal(await page.locator("html").getAttribute("data-changes"), "red-good");
  await page.locator(".topbar button[lang=en]").click();
  await page.locator("h1", { hasText: "Metrics" }).waitFor();
  assert.equal(await page.locator("html").getAttribute("lang"), "en");
  await page.reload();
  await page.locator("h1", { hasText: "Metrics" }).waitFor();
  assert.equal(await page.locator("html").getAttribute("data-changes"), "green-good");
});

test("an unknown address and an unknown metric say what to do", async (t) => {
  const session = await openSession();
  t.after(session.close);
  await session.page.goto(session.url("/nowhere"));
  await session.page.locator(".state-empty a").waitFor();
  await session.page.goto(session.url("/metrics/no_such_metric"));
  await session.page.locator(".state-problem .state-title").waitFor();
});

test("the palette goes to a metric by name", async (t) => {
  const session = await openSession();
  t.after(session.close);
  const { page } = session;
  const { metrics } = await session.api("/metrics");
  await session.open("/data");
  await page.keyboard.press("Control+k");
  await page.locator("[role=combobox]").first().fill(metrics[0].name);
  await page.locator("[role=option]").first().waitFor();
  await page.keyboard.press("Enter");
  await page.waitForURL(`**/metrics/${metrics[0].name}*`);
});

/** Opens the palette, types and takes the first thing found. */
async function command(page, text) {
  await page.keyboard.press("Control+k");
  await page.locator("[role=listbox] [role=option]").first().waitFor();
  await page.keyboard.type(text);
  await page.locator("[role=option][aria-selected=true]").waitFor();
}

test("the palette reaches metrics by pinyin and synonym, settings and periods, by keyboard alone", async (t) => {
  const session = await openSession();
  t.after(session.close);
  const { page } = session;
  await session.open("/explore?m=paid_amount");
  await command(page, "jsr");
  await page.locator("[role=option]", { hasText: "净支付" }).first().waitFor();
  assert.deepEqual(await seriousFindings(page), []);
  await page.keyboard.press("Enter");
  await page.waitForURL("**/metrics/net_revenue*");

  await page.keyboard.press("Control+k");
  const recent = page.getByRole("group", { name: "最近用过" });
  await recent.getByRole("option", { name: "净支付" }).waitFor();
  await page.keyboard.press("Escape");

  await session.open("/explore?m=paid_amount");
  await command(page, "改时段");
  await page.keyboard.press("Enter");
  await page.getByRole("option", { name: "上月" }).waitFor();
  await page.keyboard.type("上月");
  await page.keyboard.press("Enter");
  await page.waitForURL(/[?&]r=\d{4}-\d\d-01/);

  await command(page, "xinjiankanban");
  await page.getByRole("option", { name: "新建看板" }).waitFor();
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/boards\?new=1/);
  await page.locator(".ant-modal form").waitFor();
  await page.keyboard.press("Escape");
  await page.locator(".ant-modal form").waitFor({ state: "detached" });

  await command(page, "English");
  await page.keyboard.press("Enter");
  await page.locator("h1", { hasText: "Boards" }).waitFor();
  session.assertNoFaults("the palette");
});
