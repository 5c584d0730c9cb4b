import assert from "node:assert/strict";
import { test } from "node:test";
import { openSession, seriousFindings } from "./session.mjs";

const VALUES = {
  text: (row) => `e2e-${row}`,
  integer: (row) => String(row),
  number: (row) => `${row}.5`,
  money: (row) => `${row * 10}.25`,
  boolean: () => "true",
  instant: (row) => `2024-03-0${row} 10:00:00`,
  date: (row) => `2024-03-0${row}`,
};

/** A CSV of three rows in a dataset's own column names. */
function csvFor(dataset) {
  const columns = dataset.columns;
  const rows = [1, 2, 3].map((row) => columns.map((column) => VALUES[column.kind](row)).join(","));
  return [columns.map((column) => column.name).join(","), ...rows].join("\n");
}

/** Chooses an option of an antd select by typing. */
async function choose(page, select, text) {
  await select.click();
  await page.keyboard.type(text);
  await page
    .locator(".ant-select-dropdown:not(.ant-select-dropdown-hidden) .ant-select-item-option", {
      hasText: text,
    })
    .first()
    .click();
}

test("the wizard imports a small CSV and the import can be undone", async (t) => {
  const session = await openSession();
  t.after(session.close);
  const { page } = session;
  const { datasets } = await session.api("/datasets");
  const dataset =
    datasets.find((one) => one.name === "tickets" && one.rows === 0) ??
    datasets.find((one) => !one.derived && one.rows === 0) ??
    datasets.find((one) => !one.derived);
  await session.open(`/data/import?dataset=${dataset.name}`);
  const name = `e2e-${Date.now()}.csv`;
  await page.setInputFiles("input[type=file]", {
    name,
    mimeType: "text/csv",
    buffer: Buffer.from(csvFor(dataset)),
  });

  await page.locator(".wizard-step .table tbody tr").first().waitFor();
  assert.deepEqual(await seriousFindings(page), []);
  await page.locator(".wizard-actions .ant-btn-primary").click();

  await page.locator(".confidence, .wizard-step .table .ant-select").first().waitFor();
  assert.deepEqual(await seriousFindings(page), []);
  await page.locator(".wizard-actions .ant-btn-primary:not([disabled])").click();

  await page.locator(".wizard-step .tiles").waitFor();
  const checked = await session.api(`/datasets`);
  assert.equal(
    checked.datasets.find((one) => one.name === dataset.name).rows,
    dataset.rows,
    "checking stores nothing",
  );
  await page.locator(".wizard-actions .ant-btn-primary:not([disabled])").click();

  await page.locator(`.wizard-actions a[href="/data/datasets/${dataset.name}"]`).waitFor();
  session.assertNoFaults("the wizard");

  await session.open("/data/imports");
  const line = page.locator("tbody tr").first();
  await line.locator("button").last().click();
  await page.locator(".ant-modal .ant-btn-dangerous").click();
  await page.locator(".ant-modal").waitFor({ state: "hidden" });
  session.assertNoFaults("undo");
});

test("a file that is no table is refused with advice", async (t) => {
  const session = await openSession();
  t.after(session.close);
  const { page } = session;
  await session.open("/data/import");
  await page.setInputFiles("input[type=file]", {
    name: "empty.csv",
    mimeType: "text/csv",
    buffer: Buffer.alloc(0),
  });
  await page.locator(".state-problem .state-title").waitFor();
});

test("a target is added with its reason and found in the list", async (t) => {
  const session = await openSession();
  t.after(session.close);
  const { page } = session;
  const { metrics } = await session.api("/metrics");
  await session.open("/targets");
  await page.locator(".page-actions .ant-btn-primary").click();
  const form = page.locator(".ant-modal");
  await choose(page, form.locator(".ant-select").first(), metrics[0].label.zh);
  await form.locator("#period").fill("2030-01");
  await form.locator("#target").fill("12345");
  await form.locator(".ant-modal-footer .ant-btn-primary, .ant-btn-primary").last().click();
  await form.locator(".ant-form-item-explain-error").first().waitFor();
  const reason = `e2e ${Date.now()}`;
  await form.locator("#reason").fill(reason);
  await form.locator(".ant-btn-primary").last().click();
  await form.waitFor({ state: "hidden" });
  await page.locator("td", { hasText: reason }).waitFor();
  session.assertNoFaults("targets");
});

test("a filter narrows the analysis and stays in the address", async (t) => {
  const session = await openSession();
  t.after(session.close);
  const { page } = session;
  const { metrics } = await session.api("/metrics");
  const dimension = metrics[0].dimensions.find((one) => one.kind === "categorical");
  if (!dimension) return t.skip("the first metric has no categorical dimension");
  const { values } = await session.api(
    `/dimensions/${dimension.name}/values?metric=${metrics[0].name}&limit=5`,
  );
  const value = values.find((one) => one !== null);
  await session.open(`/explore?m=${metrics[0].name}&f=${dimension.name}~${encodeURIComponent(value)}`);
  await page.locator(".table [data-number]").first().waitFor();
  session.assertNoFaults("a filtered analysis");
  await page.locator(".table [data-number]").first().click();
  await page.locator(".lineage-drawer .rail-value").waitFor();
  session.assertNoFaults("the drawer of a filtered number");
  await page.keyboard.press("Escape");
  await page.locator('.menu a[href^="/?"]').first().click();
  await page.waitForURL(/\/\?.*f=/);
});
