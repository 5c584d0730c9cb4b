import assert from "node:assert/strict";
import { test } from "node:test";
import { openSession } from "./session.mjs";

/** The newest company target of a month of an amount, so that history lies before it; made when there is none. */
async function monthTarget(session) {
  const { targets } = await session.api("/targets");
  const isWanted = (one) =>
    one.metric === "paid_amount" && !one.dimension && /^\d{4}-\d{2}$/.test(one.period);
  const { as_of: asOf } = await session.api("/project");
  const known = targets.filter((one) => isWanted(one) && one.period <= asOf.slice(0, 7));
  known.sort((one, other) => other.period.localeCompare(one.period));
  if (known[0]) return known[0];
  const target = { metric: "paid_amount", period: asOf.slice(0, 7), target: "120000", reason: "e2e" };
  await session.api("/targets/grid", { targets: [target] });
  return target;
}

/** `¥ 1,234.50` as 1234.5. */
function amountOf(text) {
  return Number(text.replace(/[^\d.-]/g, ""));
}

test("a target opens from the list and shows its path, and every number its origin", async (t) => {
  const session = await openSession();
  t.after(session.close);
  const { page } = session;
  const { metric, period } = await monthTarget(session);
  await session.open(`/targets?metric=${metric}&period=${period}`);
  await page.locator(`td a[href="/targets/${metric}/${period}"]`).first().click();
  await page.locator(".target-now [data-number]").waitFor();
  const path = await session.api(`/targets/path?metric=${metric}&period=${period}`);
  const rows = page.locator(".section .table tbody tr");
  await rows.first().waitFor();
  assert.equal(await rows.count(), path.days.length);
  await page.locator(".target-now [data-number]").click();
  await page.locator(".lineage-drawer .rail-value").waitFor();
  await page.keyboard.press("Escape");
  session.assertNoFaults("the progress of a target");
});

test("a cascade sums to its parent, also when a child is set by hand", async (t) => {
  const session = await openSession();
  t.after(session.close);
  const { page } = session;
  const { metric, period } = await monthTarget(session);
  await session.open(`/targets/${metric}/${period}?part=cascade`);
  const sums = page.locator(".row-sum");
  await sums.first().waitFor();
  const cell = async (row, column) => amountOf(await sums.nth(row).locator("td").nth(column).innerText());
  assert.equal(await cell(0, 1), await cell(1, 1));
  assert.equal(await cell(2, 1), 0);
  await sums.nth(0).locator("[data-computed=cascade_sum]").first().click();
  await page.locator(".computed-drawer .parts li").first().waitFor();
  await page.keyboard.press("Escape");
  await page.locator(".computed-drawer").waitFor({ state: "detached" });
  const inputs = page.locator(".cascade-cell input");
  if ((await inputs.count()) < 2) return t.skip("only one store");
  const before = Number(await inputs.nth(1).inputValue());
  const own = Number(await inputs.nth(0).inputValue());
  await inputs.nth(0).fill(String(Math.round(own / 2)));
  await inputs.nth(0).press("Enter");
  await page.waitForFunction(
    (old) => Number(document.querySelectorAll(".cascade-cell input")[1].value) > old,
    before,
  );
  assert.equal(await cell(2, 1), 0);
  await inputs.nth(0).fill("many");
  await page.locator(".cascade-wrong").waitFor();
  session.assertNoFaults("a cascade");
});

test("a proposal becomes a draft that waits for approval and then a version", async (t) => {
  const session = await openSession();
  t.after(session.close);
  const { page } = session;
  const { metric, period } = await monthTarget(session);
  await session.open(`/targets/${metric}/${period}?part=proposal`);
  const floor = page.locator("#floor");
  await floor.waitFor();
  const expected = page.locator(".target-facts [data-computed=expected]");
  await expected.focus();
  await page.keyboard.press("Enter");
  await page.locator(".computed-drawer .parts li").first().waitFor();
  await page.keyboard.press("Escape");
  await page.locator(".computed-drawer").waitFor({ state: "detached" });
  const yearAgo = page.locator(".target-facts [data-number]").first();
  const shown = (await yearAgo.evaluate((node) => node.lastChild.textContent)).trim();
  await yearAgo.click();
  await page.locator(".lineage-drawer .rail-value").waitFor();
  assert.equal((await page.locator(".lineage-drawer .rail-value").innerText()).trim(), shown);
  await page.keyboard.press("Escape");
  await page.locator(".lineage-drawer").waitFor({ state: "detached" });
  await floor.fill("");
  await page.locator("#stretch").fill("");
  await page.locator("#target").fill("x");
  await page.locator(".ant-form-item-explain-error").first().waitFor();
  const value = String(100_000 + (Date.now() % 100_000));
  await page.locator("#target").fill(value);
  await page.locator("button[type=submit]").click();
  await page.locator(".ant-alert-success").waitFor();
  const { pending } = await session.api("/targets");
  const draft = pending.find(
    (one) => one.metric === metric && one.period === period && String(one.target) === value,
  );
  assert.equal(draft.approval.state, "draft");
  await session.open(`/targets/${metric}/${period}?part=versions`);
  await page.locator("tbody tr").first().waitFor();
  session.assertNoFaults("a proposal");
});

test("an actual by hand needs a reason and evidence", async (t) => {
  const session = await openSession();
  t.after(session.close);
  const { page } = session;
  const { metrics } = await session.api("/actuals");
  if (metrics.length === 0) return t.skip("no metric is entered by hand");
  await session.open("/targets/actuals");
  await page.locator(".page-actions .ant-btn-primary").click();
  const form = page.locator(".ant-modal");
  await form.locator("#value").fill("12.5");
  await form.locator(".ant-btn-primary").last().click();
  await form.locator(".ant-form-item-explain-error").first().waitFor();
  const reason = `e2e ${Date.now()}`;
  await form.locator("#reason").fill(reason);
  await form.locator("#evidence").fill("minutes of the review");
  await form.locator(".ant-btn-primary").last().click();
  await form.waitFor({ state: "hidden" });
  await page.locator("td", { hasText: reason }).waitFor();
  session.assertNoFaults("actuals by hand");
});
