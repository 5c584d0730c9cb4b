import assert from "node:assert/strict";
import { test } from "node:test";
import { openSession } from "./session.mjs";

test("what a number is compared with opens as its own period's number", async (t) => {
  const session = await openSession();
  t.after(session.close);
  const { page } = session;
  const { metrics } = await session.api("/metrics");
  await session.open(`/explore?m=${metrics[0].name}&compare=previous`);
  const row = page.locator(".table tbody tr").nth(1);
  const base = row.locator("[data-number]").nth(1);
  const before = await page.locator(".table tbody tr").first().locator("td").first().innerText();
  const clicked = (await base.evaluate((node) => node.lastChild.textContent)).trim();
  await base.click();
  const drawer = page.locator(".lineage-drawer");
  await drawer.locator(".rail-value").waitFor();
  assert.equal((await drawer.locator(".rail-value").innerText()).trim(), clicked);
  assert.ok(
    (await drawer.locator(".facts").first().innerText()).includes(before),
    "it names the period before",
  );
  await drawer.locator("tbody tr").first().waitFor();
  session.assertNoFaults("the drawer of a compared number");
});

test("a target opens as who set it, when and why", async (t) => {
  const session = await openSession();
  t.after(session.close);
  const { page } = session;
  const { targets } = await session.api("/targets");
  const { as_of } = await session.api("/project");
  const isPast = ({ period }) => /^\d{4}-\d{2}$/.test(period) && period < as_of.slice(0, 7);
  const target = targets.find((one) => one.dimension === null && isPast(one));
  if (!target) return t.skip("the project has no monthly target");
  const span = `${target.period}-01..${target.period}-28`;
  await session.open(`/explore?m=${target.metric}&compare=target&r=${span}`);
  await page.locator(".table tbody tr").first().locator("[data-number]").nth(1).click();
  const facts = page.locator(".target-origin .facts");
  await facts.waitFor();
  assert.ok((await facts.innerText()).includes(target.reason));
  session.assertNoFaults("the drawer of a target");
});

test("going back and reloading keep the file in the wizard; refusals speak the page's language", async (t) => {
  const session = await openSession({ locale: "zh-CN" });
  t.after(session.close);
  const { page } = session;
  await session.open("/data/import");
  await page.setInputFiles("input[type=file]", {
    name: "退款单.csv",
    mimeType: "text/csv",
    buffer: Buffer.from(
      "退款编号,订单编号,申请时间,退款金额\ne2e-1,o1,2024-03-01 10:00:00,12.5\ne2e-2,o2,2024-03-01 11:00:00,很多\n",
    ),
  });
  const next = page.locator(".wizard-actions .ant-btn-primary:not([disabled])");
  await next.click();
  await page.locator(".wizard-step .confidence").first().waitFor();
  await page.goBack();
  await page.locator(".wizard-step td", { hasText: "很多" }).waitFor();
  await page.reload();
  await page.locator(".wizard-step td", { hasText: "很多" }).waitFor();
  await next.click();
  await page.locator(".wizard-step .confidence").first().waitFor();
  await next.click();
  await page.locator(".wizard-step td", { hasText: "不是数字" }).waitFor();
  session.assertNoFaults("the wizard");
});

test("damaged addresses fall back or say what is missing", async (t) => {
  const session = await openSession();
  t.after(session.close);
  const { page } = session;
  const { metrics } = await session.api("/metrics");
  await session.open(
    `/explore?m=${metrics[0].name}&date=2025-99-99&r=a..b&g=%21x&chart=x&f=%25E0%25A4%25A&number=x`,
  );
  await page.locator("h1").waitFor();
  await session.open(`/explore?m=${metrics[0].name}&date=2025-99-99&r=a..b&g=%21x&chart=x`);
  await page.locator(".table [data-number]").first().waitFor();
  await session.open("/data/import?step=check");
  await page.locator(".drop").waitFor();
  await session.open("/data/imports/x");
  await page.locator(".state-empty a").waitFor();
});

test("a problem's type leads to a page that explains its code", async (t) => {
  const session = await openSession();
  t.after(session.close);
  const problem = await session.api("/metrics/no_such_metric");
  await session.page.goto(session.url(problem.type));
  assert.ok(await session.page.locator(`[id="${problem.code}"]`).isVisible());
});
