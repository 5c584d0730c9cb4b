import assert from "node:assert/strict";
import { test } from "node:test";
import { openSession, seriousFindings } from "./session.mjs";

test("a number says why it changed, and its parts open in lineage", async (t) => {
  const session = await openSession();
  t.after(session.close);
  const { page } = session;
  await session.open("/explore?m=paid_amount");
  await page.locator(".table [data-number]").first().click();
  await page.locator(".lineage-drawer .why-button").click();
  const drawer = page.locator(".why-drawer");
  await drawer.locator(".why-table tbody tr").first().waitFor();
  assert.ok((await drawer.locator(".fall-row").count()) >= 4, "before, factors, after");
  assert.ok((await drawer.locator(".why-table tbody tr").count()) >= 2);
  session.assertNoFaults("the panel");
  assert.deepEqual(await seriousFindings(page), []);

  const link = page.url();
  await page.goto("about:blank");
  await page.goto(link);
  await drawer.locator(".why-table tbody tr").first().waitFor();

  await drawer.locator(".why-table [data-number]").first().click();
  await page.locator(".lineage-drawer .rail-value").waitFor();
  await page.keyboard.press("Escape");
  await page.locator(".lineage-drawer .rail").waitFor({ state: "detached" });
  await drawer.locator(".why-table").waitFor();
  await page.keyboard.press("Escape");
  await drawer.locator(".why-table").waitFor({ state: "detached" });
});

test("a number of a table and a change of a card ask why in one click", async (t) => {
  const session = await openSession();
  t.after(session.close);
  const { page } = session;
  await session.open("/explore?m=paid_amount&g=month&compare=year_ago");
  const number = page.locator(".table tbody tr:last-child [data-number]").first();
  await number.waitFor();
  await number.focus();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.locator(".why-drawer .why-head").waitFor();
  assert.equal(await page.locator(".lineage-drawer").count(), 0);
  await page.keyboard.press("Escape");
  await page.locator(".why-drawer").waitFor({ state: "detached" });

  await page.locator(".table tbody tr:last-child [data-computed=change]").hover();
  await page.locator(".near-why").click();
  await page.locator(".why-drawer .why-head").waitFor();
  const against = await page.locator(".why-drawer .ant-segmented-item-selected").innerText();
  assert.notEqual(against.trim(), "");
  assert.deepEqual(await seriousFindings(page), []);
  session.assertNoFaults("why of a table");
});

/** Opens a number of the why panel, and every number it is worked out of; ends with the why panel on top. */
async function assertOpens(page, number) {
  await number.focus();
  await page.keyboard.press("Enter");
  const panel = page.locator(".computed-drawer");
  await panel.locator(".parts li").first().waitFor();
  assert.notEqual((await panel.locator(".rail-text").innerText()).trim(), "");
  const parts = panel.locator("[data-part]");
  const count = await parts.count();
  for (let at = 0; at < count; at += 1) {
    await parts.nth(at).click();
    await page.waitForFunction(() => document.querySelectorAll(".rail-value").length === 2);
    await page.keyboard.press("Escape");
    await page.waitForFunction(() => document.querySelectorAll(".rail-value").length === 1);
  }
  await page.keyboard.press("Escape");
  await panel.waitFor({ state: "detached" });
  assert.equal(await number.evaluate((node) => document.activeElement === node), true, "the focus is back");
  return count;
}

test("every amount of an explanation opens, and what it is worked out of opens further", async (t) => {
  const session = await openSession();
  t.after(session.close);
  const { page } = session;
  const { as_of: asOf } = await session.api("/project");
  const explain = async (metric, by) => {
    const request = { metric, period: asOf.slice(0, 7), against: "previous", by, where: [] };
    await session.open(`/metrics?why=${Buffer.from(JSON.stringify(request)).toString("base64url")}`);
    await page.locator(".why-table tbody tr").first().waitFor();
  };
  const cells = (kind) => page.locator(`.why-table [data-computed=${kind}]`);
  await explain("paid_amount", ["store"]);
  const plain = page.locator(".why-drawer .fall-value, .why-drawer .why-table td");
  const shut = await plain.evaluateAll(
    (all) => all.filter((one) => /\d/.test(one.innerText) && !one.querySelector("button")).length,
  );
  assert.equal(shut, 0, "numbers that do not open");
  assert.equal(await assertOpens(page, page.locator(".fall-row [data-computed^=factor_]").first()), 5);
  assert.equal(await assertOpens(page, cells("segment_effect").first()), 2);
  await explain("buyer_conversion", ["store"]);
  assert.equal(await assertOpens(page, cells("ratio_effect").first()), 2);
  assert.ok((await assertOpens(page, cells("rate_effect").first())) >= 2);
  assert.ok((await assertOpens(page, cells("mix_effect").first())) >= 4);
  session.assertNoFaults("amounts of an explanation");
});
