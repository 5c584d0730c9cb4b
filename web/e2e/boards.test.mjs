import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { makeBoard, openSessionFor } from "./board.mjs";
import { overflow, seriousFindings } from "./session.mjs";

const DAILY = "/explore?m=paid_amount,paid_orders&g=day&compare=previous,year_ago";

/** The titles of a board's panels in the order of the document. */
function titles(page) {
  return page.locator(".board-tile h2").allInnerTexts();
}

/** Puts the analysis on screen onto a board: the one of that name, or a new one. */
async function addToBoard(page, name, isNew) {
  await page.locator(".page-actions button:not(.ant-dropdown-trigger)").first().click();
  const dialog = page.locator(".ant-modal").first();
  await dialog.locator("form").waitFor();
  if (await dialog.locator("#board").isVisible()) {
    await dialog.locator(".ant-select").first().click();
    await page
      .locator(".ant-select-item-option", { hasText: isNew ? /…$/ : name })
      .first()
      .click();
  }
  if (isNew) await dialog.locator("#name").fill(name);
  await dialog.locator(".ant-btn-primary").click();
  await page.locator(".ant-modal [role=status]").waitFor();
}

test("an analysis becomes a panel with its whole question, and opens as the same analysis", async (t) => {
  const { session, page, removeLater } = await openSessionFor(t);
  const name = `e2e ${Date.now()}`;
  await session.open(DAILY);
  await addToBoard(page, name, true);
  await page.locator(".ant-modal .ant-btn-primary").last().click();
  await page.waitForURL(/\/boards\/\w+$/);
  await page.locator(".board-tile canvas").waitFor();
  const link = page.url().split("/").at(-1);
  removeLater(link);

  const { panels } = await session.api(`/boards/${link}`);
  assert.deepEqual(panels[0].query.metrics, ["paid_amount", "paid_orders"]);
  assert.deepEqual(panels[0].query.group_by, ["metric_time__day"]);
  assert.deepEqual(panels[0].query.compare, ["previous", "year_ago"]);
  assert.equal(panels[0].period, "last_30_days");
  assert.equal(panels[0].view, "line");

  await session.open("/explore?m=paid_amount&g=none");
  await addToBoard(page, name, false);
  await session.open(`/boards/${link}`);
  await page.locator(".board-tile [data-number]").first().waitFor();
  assert.equal((await titles(page)).length, 2);
  await page.locator(".board-tile-link").first().focus();
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/explore\?m=paid_amount%2Cpaid_orders&g=day/);
  session.assertNoFaults("boards");
});

test("a board is arranged by keyboard, renamed, shown as it was, restored, exported and deleted", async (t) => {
  const { session, page, removeLater } = await openSessionFor(t);
  const board = await makeBoard(session, `e2e arrange ${Date.now()}`);
  removeLater(board.link);
  await session.open(`/boards/${board.link}`);
  const before = await titles(page);
  assert.equal(before.length, 3);
  await page.locator(".board-tile [data-number]").first().click();
  await page.locator(".lineage-drawer .rail-step").first().waitFor();
  await page.keyboard.press("Escape");
  await page.locator(".lineage-drawer .rail").waitFor({ state: "detached" });

  await page.getByRole("button", { name: "排列" }).click();
  await page.locator(".board-handle").first().focus();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("+");
  const focused = page.locator(".board-handle:focus");
  assert.match(
    await focused.getAttribute("aria-label"),
    new RegExp(before[0]),
    "the focus stays on its panel",
  );
  assert.match(await page.locator("[aria-live=assertive]").innerText(), /1\/3/);
  assert.deepEqual(await seriousFindings(page), []);
  await page.locator(".board-bar .ant-btn-primary").click();
  await page.locator(".board-bar").waitFor({ state: "detached" });
  const moved = [before[1], before[0], before[2]];
  assert.deepEqual(await titles(page), moved);
  await page.reload();
  await page.locator(".board-tile h2").first().waitFor();
  assert.deepEqual(await titles(page), moved);
  const saved = await session.api(`/boards/${board.link}`);
  assert.deepEqual([saved.version, saved.panels[1].w], [2, 4]);

  await page.locator(".page-actions .ant-dropdown-trigger").last().click();
  await page.getByRole("menuitem", { name: "版本记录" }).click();
  await page.locator(".board-versions a").first().click();
  await page.waitForURL(/version=1/);
  await page.locator(".board-old").waitFor();
  await page.waitForFunction(
    (first) => document.querySelector(".board-tile h2")?.textContent === first,
    before[0],
  );
  await page.locator(".board-old .ant-btn-primary").click();
  await page.waitForURL((url) => !url.search.includes("version"));
  assert.equal((await session.api(`/boards/${board.link}`)).version, 3);

  for (const [label, start] of [
    ["Excel", "PK"],
    ["HTML", "<!doctype html>"],
  ]) {
    await page.locator(".page-actions .ant-dropdown-trigger").first().click();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.locator(".ant-dropdown-menu-item", { hasText: label }).click(),
    ]);
    const text = (await readFile(await download.path())).toString("utf8");
    assert.ok(text.startsWith(start), `${label} starts as such a file does`);
    await page.locator(".ant-dropdown-menu-item").first().waitFor({ state: "hidden" });
  }
  session.assertNoFaults("a board");

  await session.open("/boards");
  await page.getByRole("button", { name: `删除看板 ${board.name}` }).click();
  await page.locator(".ant-modal .ant-btn-dangerous").click();
  await page.locator(`a[href="/boards/${board.link}"]`).waitFor({ state: "detached" });
  session.assertNoFaults("deleting");
});

test("a save over somebody else's says so and loses neither", async (t) => {
  const { session, page, removeLater } = await openSessionFor(t);
  const board = await makeBoard(session, `e2e conflict ${Date.now()}`);
  removeLater(board.link);
  await session.open(`/boards/${board.link}`);
  await page.getByRole("button", { name: "排列" }).click();
  await page.evaluate(
    async ([path, draft]) =>
      fetch(path, {
        method: "PUT",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(draft),
      }),
    [
      `/api/v1/boards/${board.link}`,
      { name: "theirs", panels: board.panels.slice(1), version: board.version },
    ],
  );
  await page.locator(".board-handle").first().focus();
  await page.keyboard.press("ArrowDown");
  await page.locator(".board-bar .ant-btn-primary").click();
  await page.locator(".state-problem .ant-btn").first().waitFor();
  session.faults.splice(0);
  await page.locator(".state-problem .ant-btn").first().click();
  await page.locator(".board-bar").waitFor({ state: "detached" });
  const last = await session.api(`/boards/${board.link}`);
  assert.deepEqual([last.version, last.panels.length], [3, 3]);
  session.assertNoFaults("the conflict");
});

test("a board on a wall has no controls and Escape leaves it", async (t) => {
  const { session, page, removeLater } = await openSessionFor(t);
  const board = await makeBoard(session, `e2e wall ${Date.now()}`);
  removeLater(board.link);
  await session.open(`/boards/${board.link}/wall`);
  await page.locator(".wall canvas").waitFor();
  assert.equal(await page.locator(".wall button, .wall a, .menu, .topbar").count(), 0);
  assert.match(await page.locator(".wall-head [role=status]").innerText(), /\d\d:\d\d:\d\d/);
  assert.ok((await overflow(page)) <= 0);
  assert.deepEqual(await seriousFindings(page), []);
  await page.keyboard.press("Escape");
  await page.waitForURL((url) => url.pathname === `/boards/${board.link}`);
  session.assertNoFaults("the wall");
});

test("on a phone panels stand below one another and can be moved", async (t) => {
  const { session, page, removeLater } = await openSessionFor(t, { locale: "en", size: "phone" });
  const board = await makeBoard(session, `e2e phone ${Date.now()}`);
  removeLater(board.link);
  await session.open(`/boards/${board.link}`);
  await page.locator(".board-tile canvas").waitFor();
  const boxes = await page
    .locator(".board-tile")
    .evaluateAll((tiles) => tiles.map((tile) => tile.getBoundingClientRect().toJSON()));
  for (const box of boxes) assert.ok(box.width > 340 && box.right <= 390, "a panel is as wide as the screen");
  const before = await titles(page);
  await page.getByRole("button", { name: "Arrange" }).click();
  await page.getByRole("button", { name: `Move ${before[0]} back` }).click();
  assert.ok((await overflow(page)) <= 0);
  assert.deepEqual(await seriousFindings(page), []);
  await page.locator(".board-bar .ant-btn-primary").click();
  await page.locator(".board-bar").waitFor({ state: "detached" });
  assert.deepEqual(await titles(page), [before[1], before[0], before[2]]);
  session.assertNoFaults("the phone");
});

test("a board exports what its page shows under a period of the address", async (t) => {
  const { session, page, removeLater } = await openSessionFor(t);
  const board = await makeBoard(session, `e2e period ${Date.now()}`);
  removeLater(board.link);
  const save = async (path) => {
    await session.open(path);
    await page.locator(".board-tile [data-number]").first().waitFor();
    await page.getByRole("button", { name: "导出" }).click();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.locator(".ant-dropdown-menu-item", { hasText: "HTML" }).click(),
    ]);
    assert.match(download.suggestedFilename(), /^e2e period/);
    return readFile(await download.path(), "utf8");
  };
  const { as_of: asOf } = await session.api("/project");
  const ownDays = asOf.slice(0, 10);
  const own = await save(`/boards/${board.link}`);
  assert.ok(own.includes(ownDays));
  const past = await save(`/boards/${board.link}?p=last_day&date=2025-06-15`);
  assert.ok(past.includes("2025-06-15"), "the file is about the day of the address");
  assert.ok(!past.includes("2025-05-20"), "and about no more than that");
  session.assertNoFaults("the export of a board");
});

test("a board is written by a schedule that the page sets, checks and ends", async (t) => {
  const { session, page, removeLater } = await openSessionFor(t);
  const board = await makeBoard(session, `e2e schedule ${Date.now()}`);
  removeLater(board.link);
  await session.open(`/boards/${board.link}`);
  await page.locator(".page-actions .ant-dropdown-trigger").last().click();
  await page.getByRole("menuitem", { name: "定时导出" }).click();
  const drawer = page.locator(".ant-drawer");
  await drawer.locator("section p").waitFor();
  // Judged once the menu has faded away.
  await page.locator(".ant-dropdown-menu").waitFor({ state: "hidden" });
  assert.deepEqual(await seriousFindings(page), []);
  await drawer.locator("#schedule").fill("nine");
  await drawer.locator(".ant-btn-primary").click();
  await drawer.locator(".ant-form-item-explain-error").waitFor();
  await drawer.locator("#schedule").fill("0 9 * * 1");
  await drawer.locator("#folder").fill("exports/weekly");
  await drawer.locator(".ant-btn-primary").click();
  await drawer.locator("[role=status]", { hasText: /\S/ }).waitFor();
  const { export: plan } = await session.api(`/boards/${board.link}`);
  assert.deepEqual(plan, { schedule: "0 9 * * 1", format: "xlsx", folder: "exports/weekly" });
  await drawer.locator("section p", { hasText: /\d{4}-\d{2}-\d{2} \d{2}:\d{2}/ }).waitFor();
  session.assertNoFaults("a schedule");

  await drawer.locator("#folder").fill("../elsewhere");
  await drawer.locator(".ant-btn-primary").click();
  await drawer.locator(".state-problem").waitFor();
  session.faults.splice(0);
  await drawer.locator(".row .ant-btn").last().click();
  await page.waitForFunction(
    async (link) => (await (await fetch(`/api/v1/boards/${link}`)).json()).export === null,
    board.link,
  );
});
