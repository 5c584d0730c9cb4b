import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { openSession, seriousFindings } from "./session.mjs";

const FILE_AND_LINE = /.+\.\w+:\d+/;

/** In an open drawer: five steps, and a row's file and line, through source lines when the row is derived. */
async function assertOpensToFileAndLine(page) {
  const drawer = page.locator(".lineage-drawer");
  await drawer.locator(".rail-step").first().waitFor();
  assert.equal(await drawer.locator(".rail-step").count(), 5);
  await drawer.locator("tbody tr").first().waitFor();
  const direct = drawer.locator("td a", { hasText: FILE_AND_LINE }).first();
  if ((await direct.count()) === 0) {
    await drawer.locator("td .ant-btn-link").first().click();
    await drawer.locator(".origin td a").first().waitFor();
  }
  const text = await drawer.locator("td a", { hasText: FILE_AND_LINE }).first().innerText();
  assert.match(text, FILE_AND_LINE);
}

test("a number of the analysis opens down to file and line", async (t) => {
  const session = await openSession();
  t.after(session.close);
  const { page } = session;
  const { metrics } = await session.api("/metrics");
  await session.open(`/explore?m=${metrics[0].name}`);
  await page.locator(".table [data-number]").first().click();
  await assertOpensToFileAndLine(page);
  session.assertNoFaults("the drawer");
  assert.deepEqual(await seriousFindings(page), []);

  const link = page.url();
  await page.goto("about:blank");
  await page.goto(link);
  await page.locator(".lineage-drawer .rail-value").waitFor();
  await page.keyboard.press("Escape");
  await page.locator(".lineage-drawer .rail").waitFor({ state: "detached" });
});

test("the value of the drawer is the value that was clicked", async (t) => {
  const session = await openSession();
  t.after(session.close);
  const { page } = session;
  const { metrics } = await session.api("/metrics");
  await session.open(`/explore?m=${metrics[0].name}&compare=`);
  const cell = page.locator(".table [data-number]").nth(1);
  const clicked = (await cell.evaluate((node) => node.lastChild.textContent)).trim();
  await cell.click();
  const value = page.locator(".lineage-drawer .rail-value");
  await value.waitFor();
  assert.equal((await value.innerText()).trim(), clicked);
});

test("an analysis exports to CSV and XLSX", async (t) => {
  const session = await openSession();
  t.after(session.close);
  const { page } = session;
  const { metrics } = await session.api("/metrics");
  await session.open(`/explore?m=${metrics[0].name}`);
  for (const [label, start] of [
    ["CSV", "\uFEFF"],
    ["Excel", "PK"],
  ]) {
    await page.locator(".page-actions .ant-dropdown-trigger").click();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.locator(".ant-dropdown-menu-item", { hasText: label }).click(),
    ]);
    const text = (await readFile(await download.path())).toString("utf8");
    assert.ok(text.startsWith(start), `${label} starts as such a file does`);
    await page.locator(".ant-dropdown-menu-item").first().waitFor({ state: "hidden" });
  }
  session.assertNoFaults("export");
});

test("a scorecard shows every step and its numbers open", async (t) => {
  const session = await openSession();
  t.after(session.close);
  const { page } = session;
  await session.open("/appraisal");
  await page.locator('.table tbody a[href^="/appraisal/"]').first().click();
  await page.waitForURL(/\/appraisal\/.+\/.+\/.+/);
  await page.locator(".scorecard-score").waitFor();
  assert.match(await page.locator(".scorecard-score").innerText(), /\d+\.\d\d|—/);
  await page.locator(".scorecard td button[aria-expanded]").first().click();
  assert.ok((await page.locator(".scorecard-steps li").count()) >= 2);
  session.assertNoFaults("the scorecard");
  assert.deepEqual(await seriousFindings(page), []);
  await page.locator(".scorecard [data-number]").first().click();
  await assertOpensToFileAndLine(page);
  session.assertNoFaults("the scorecard's drawer");
});
