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
