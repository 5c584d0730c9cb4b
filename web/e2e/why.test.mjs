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
