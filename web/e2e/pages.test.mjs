import assert from "node:assert/strict";
import { test } from "node:test";
import { openSession, overflow, seriousFindings } from "./session.mjs";

/** Every page of the product for the project at hand. */
async function pagesOf(session) {
  const { metrics } = await session.api("/metrics");
  const { datasets } = await session.api("/datasets");
  const { imports } = await session.api("/imports?limit=1");
  const metric = metrics[0];
  const dimension = metric.dimensions.find((one) => one.kind !== "time");
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
    "/metrics",
    `/metrics/${metric.name}`,
    "/appraisal",
    "/targets",
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
    const session = await openSession({ locale, size });
    t.after(session.close);
    for (const path of await pagesOf(session)) {
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
