import assert from "node:assert/strict";
import { test } from "node:test";
import { openSession } from "./session.mjs";

test("the home page answers for the day of the address and every number opens", async (t) => {
  const session = await openSession();
  t.after(session.close);
  const { page } = session;
  await session.open("/");
  const home = await session.api("/home");
  assert.deepEqual(home.problems, []);
  const headline = page.locator(".home-card").first();
  const shown = await headline.locator(".headline-value").innerText();

  const earlier = new Date(Date.parse(home.day) - 7 * 86_400_000).toISOString().slice(0, 10);
  await session.open(`/?date=${earlier}`);
  assert.ok((await page.locator(".page-aside").innerText()).includes(earlier));
  assert.notEqual(
    await headline.locator(".headline-value").innerText(),
    shown,
    "another day, another number",
  );

  await headline.locator("[data-number]").first().click();
  await page.locator(".ant-drawer").getByText("SQL").first().waitFor();
  session.assertNoFaults("/");
});

test("the home page needs no scrolling on a desk", async (t) => {
  const session = await openSession();
  t.after(session.close);
  await session.open("/");
  const hidden = await session.page.evaluate(
    () => document.documentElement.scrollHeight - window.innerHeight,
  );
  assert.ok(hidden <= 0, `${hidden} px are below the window`);
});
