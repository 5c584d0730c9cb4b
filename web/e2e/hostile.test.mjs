import assert from "node:assert/strict";
import { test } from "node:test";
import { openSession } from "./session.mjs";

/**
 * The project of tests/tools/hostile_project.py, where names try to become part of the page: nothing runs, nothing is
 * loaded, and what is shown is the name.
 */
const address = process.env.YUNHENG_HOSTILE_URL;
const NAME = '<img src=x onerror="window.ran=1">';
const skip = address ? false : "tests/tools/e2e.sh serves the project";

/** Everything that a page must not do, whatever its data say. */
async function watch(t) {
  const session = await openSession({ address });
  t.after(session.close);
  const { page } = session;
  const signs = [];
  page.on("dialog", (dialog) => {
    signs.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("request", (request) => {
    const url = new URL(request.url());
    const known = ["/api/v1/", "/assets/", "/icon.svg"].some((start) => url.pathname.startsWith(start));
    const isPage = request.isNavigationRequest();
    if (
      ["http:", "https:"].includes(url.protocol) &&
      (url.origin !== new URL(address).origin || !(known || isPage))
    )
      signs.push(`request: ${request.url()}`);
  });
  const assertQuiet = async (where) => {
    const found = await page.evaluate(() => ({
      ran: window.ran ?? null,
      pictures: document.querySelectorAll('img[src="x"]').length,
      handlers: document.querySelectorAll("[onerror], [onload]").length,
      scripts: [...document.scripts].filter((script) => !script.src).length,
      links: document.querySelectorAll('a[href^="javascript:" i]').length,
    }));
    assert.deepEqual(
      found,
      { ran: null, pictures: 0, handlers: 0, scripts: 0, links: 0 },
      `markup out of a name on ${where}`,
    );
    assert.deepEqual(signs.splice(0), [], where);
    session.assertNoFaults(where);
  };
  return { session, page, assertQuiet };
}

/** Points at the middle of every row and column of a chart; the texts of its tooltips. */
async function pointAround(page) {
  const texts = new Set();
  for (const chart of await page.locator("[role=img]:has(canvas)").all()) {
    await chart.scrollIntoViewIfNeeded();
    const box = await chart.boundingBox();
    if (!box) continue;
    for (let x = 0.2; x < 1; x += 0.2) {
      for (let y = 0.1; y < 1; y += 0.2) {
        await page.mouse.move(box.x + box.width * x, box.y + box.height * y);
        await page.waitForTimeout(40);
        const shown = await page.evaluate(() =>
          [...document.querySelectorAll("div")]
            .filter((one) => one.style.position === "absolute" && one.style.pointerEvents === "none")
            .map((one) => one.innerText),
        );
        for (const text of shown) texts.add(text);
      }
    }
  }
  return [...texts].join("\n");
}

test("names that look like markup stay text in every chart", { skip }, async (t) => {
  const { session, page, assertQuiet } = await watch(t);
  const charts = {
    line: "m=paid_amount,paid_orders&compare=previous",
    "line by segment": "m=paid_amount&d=store",
    stack: "m=paid_amount&d=order__channel&chart=stack",
    "bar over time": "m=paid_amount&chart=bar",
    bar: "m=paid_amount&d=order__channel&g=none&r=2025-01-01..2025-12-31",
    heat: "m=paid_amount&d=order__channel&chart=heat",
    "heat of two": "m=paid_amount&d=store,order__channel&g=none&r=2025-01-01..2025-12-31",
  };
  for (const [kind, question] of Object.entries(charts)) {
    await t.test(kind, async () => {
      await session.open(`/explore?${question}`);
      await page.locator("[role=img] canvas").first().waitFor();
      const told = await pointAround(page);
      await assertQuiet(`the chart "${kind}"`);
      if (kind.includes("heat"))
        assert.ok(told.includes("onerror=") || told.includes("<script>") || told.includes("{b}"), told);
    });
  }
});

test("names that look like markup stay text on every page", { skip }, async (t) => {
  const { session, page, assertQuiet } = await watch(t);
  const { imports } = await session.api("/imports?limit=50");
  const { targets } = await session.api("/targets");
  const target = targets.findLast((one) => one.metric === "paid_amount" && !one.dimension);
  const panel = (view, groups, at) => ({
    title: NAME,
    view,
    period: "last_30_days",
    query: { metrics: ["paid_amount"], group_by: groups, compare: [] },
    x: 0,
    y: 6 * at,
    w: 12,
    h: 6,
  });
  const views = [
    panel("number", [], 0),
    panel("line", ["metric_time__day", "order__channel"], 1),
    panel("table", ["store"], 2),
  ];
  const board = await session.api("/boards", { name: NAME, panels: views });
  assert.ok(board.link, JSON.stringify(board));
  const file = imports.find((one) => JSON.stringify(one).includes("onerror"));
  assert.ok(file, "the file with the hostile name was imported");
  const pages = [
    "/",
    "/?compare=previous",
    "/boards",
    `/boards/${board.link}`,
    `/boards/${board.link}/wall`,
    "/metrics",
    "/metrics/paid_amount",
    "/explore?m=product_sales&d=product__category&g=none&r=2025-01-01..2025-12-31",
    "/explore?m=units_sold&d=product__name&g=none&r=2025-01-01..2025-12-31",
    "/appraisal",
    "/targets",
    "/targets/grid",
    "/targets/actuals",
    `/targets/${target.metric}/${target.period}`,
    "/data",
    "/data/imports",
    `/data/imports/${file.id}`,
    "/data/datasets/stores",
    "/data/datasets/products",
    "/data/datasets/people",
    "/data/datasets/suggestions",
    "/data/reconcile",
    "/data/import",
  ];
  const mustShow = ["/boards", "/data/imports", "/data/datasets/stores", "/metrics/paid_amount"];
  for (const path of pages) {
    await t.test(path, async () => {
      await session.open(path);
      await pointAround(page);
      await assertQuiet(path);
      if (mustShow.includes(path))
        assert.ok(
          (await page.locator("body").innerText()).includes("<img src=x onerror="),
          "the name is not shown",
        );
    });
  }
  await page.evaluate((path) => fetch(path, { method: "DELETE" }), `/api/v1/boards/${board.link}`);
});

test("a file with a hostile name goes through the wizard as text", { skip }, async (t) => {
  const { session, page, assertQuiet } = await watch(t);
  await session.open("/data/import");
  await page.setInputFiles("input[type=file]", {
    name: `products ${NAME}.csv`,
    mimeType: "text/csv",
    buffer: Buffer.from(
      `product_id,name,"${NAME.replaceAll('"', '""')}"\nx1,"${NAME.replaceAll('"', '""')}",1\n`,
    ),
  });
  await page.locator(".wizard-actions .ant-btn-primary:not([disabled])").click();
  await page.locator(".wizard-step .confidence").first().waitFor();
  assert.ok((await page.locator("body").innerText()).includes("onerror="), "the name is not shown");
  await assertQuiet("the wizard");
});

test("a drawer shows hostile names as text", { skip }, async (t) => {
  const { session, page, assertQuiet } = await watch(t);
  await session.open("/explore?m=paid_amount&d=order__channel&g=none&r=2025-01-01..2025-12-31");
  await page.locator(".table tbody [data-number]").first().click();
  await page.locator(".lineage-drawer .rail-value").waitFor();
  await page.locator(".lineage-drawer tbody tr").first().waitFor();
  await assertQuiet("the drawer of a number");
});

test("the server's policy stops an inline script that got into a page all the same", { skip }, async (t) => {
  const { session, page } = await watch(t);
  await session.open("/metrics");
  const ran = await page.evaluate(async () => {
    const host = document.createElement("div");
    host.innerHTML = '<img src="data:image/png;base64,x" onerror="window.ran=1">';
    document.body.append(host);
    const script = document.createElement("script");
    script.textContent = "window.ran=2";
    document.body.append(script);
    await new Promise((done) => setTimeout(done, 200));
    return window.ran ?? null;
  });
  assert.equal(ran, null);
});
