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

/** Opens a computed number and everything it is worked out of; leaves the page as it was. */
async function assertOpensIntoItsParts(page, kind) {
  await page.locator(`[data-computed=${kind}]`).first().click();
  const panel = page.locator(".computed-drawer");
  await panel.locator(".parts li").first().waitFor();
  assert.equal(await panel.locator(".rail-step").count(), 3);
  assert.notEqual((await panel.locator(".rail-text").innerText()).trim(), "");
  const parts = panel.locator("[data-part]");
  const count = await parts.count();
  for (let at = 0; at < count; at += 1) {
    await parts.nth(at).click();
    await page.locator(".lineage-drawer .rail-value").first().waitFor();
    await page.keyboard.press("Escape");
    await page.locator(".lineage-drawer").waitFor({ state: "detached" });
    await panel.waitFor();
  }
  return count;
}

test("a computed number says how and opens what it is worked out of", async (t) => {
  const session = await openSession();
  t.after(session.close);
  const { page } = session;
  await session.open("/");
  await page.locator("[data-computed]").first().waitFor();
  assert.equal(await assertOpensIntoItsParts(page, "change"), 2);
  await page.keyboard.press("Escape");
  await page.locator(".computed-drawer").waitFor({ state: "detached" });

  await page.locator("[data-computed=change]").first().click();
  await page.locator(".computed-drawer .rail-value").waitFor();
  assert.deepEqual(await seriousFindings(page), []);
  await page.reload();
  await page.locator(".computed-drawer .rail-value").waitFor();
  await page.keyboard.press("Escape");
  await page.locator(".computed-drawer").waitFor({ state: "detached" });
  if ((await page.locator("[data-computed=gap]").count()) > 0) {
    assert.equal(await assertOpensIntoItsParts(page, "gap"), 2);
    await page.keyboard.press("Escape");
    await page.locator(".computed-drawer").waitFor({ state: "detached" });
  }
  session.assertNoFaults("a computed number");
});

test("a damaged link of a computed number opens nothing", async (t) => {
  const session = await openSession();
  t.after(session.close);
  await session.open("/?computed=bm90IGpzb24");
  assert.equal(await session.page.locator(".computed-drawer").count(), 0);
  session.assertNoFaults("a damaged link");
});
