/**
 * Takes screenshots of the pages for looking at: npm run shots -- --base-url URL --out DIR [--only NAME,…]
 * Desktop 1440×900 and phone 390×844, Chinese and English.
 */
import { mkdir } from "node:fs/promises";
import { parseArgs } from "node:util";
import { launchBrowser } from "./browser.mjs";

const { values } = parseArgs({
  options: {
    "base-url": { type: "string", default: process.env.YUNHENG_URL },
    out: { type: "string", default: "shots" },
    only: { type: "string" },
    locale: { type: "string", default: "zh-CN,en" },
    size: { type: "string", default: "desktop,phone" },
    metrics: { type: "string", default: "paid_amount,order_conversion" },
    dimension: { type: "string", default: "order__channel" },
    scheme: { type: "string", default: "company_quarterly/2025-Q4/company" },
    dataset: { type: "string", default: "orders" },
  },
});

if (!values["base-url"]) {
  console.error("say where the server is: npm run shots -- --base-url URL");
  process.exit(2);
}
const [metric] = values.metrics.split(",");
const pages = {
  home: "/",
  "home-compare": "/?compare=previous,year_ago,target",
  explore: `/explore?m=${values.metrics}&compare=previous,year_ago`,
  "explore-segments": `/explore?m=${metric}&d=${values.dimension}`,
  "explore-bars": `/explore?m=${values.metrics}&d=${values.dimension}&g=none`,
  "explore-empty": "/explore",
  metrics: "/metrics",
  metric: `/metrics/${metric}`,
  appraisal: "/appraisal",
  scorecard: `/appraisal/${values.scheme}`,
  targets: "/targets",
  data: "/data",
  dataset: `/data/datasets/${values.dataset}`,
  wizard: "/data/import",
  imports: "/data/imports",
  lineage: `/explore?m=${values.metrics}`,
  "target-form": "/targets",
  palette: "/metrics",
};

const acts = {
  lineage: async (page) => {
    await page.locator("[data-number]").first().click();
    await page.waitForTimeout(1200);
  },
  scorecard: async (page) => {
    await page.locator(".scorecard td button[aria-expanded]").nth(1).click();
  },
  "target-form": async (page) => {
    await page.locator(".page-actions .ant-btn-primary").click();
    await page.waitForTimeout(500);
  },
  palette: async (page) => {
    await page.keyboard.press("Control+k");
    await page.waitForTimeout(600);
  },
};

const sizes = { desktop: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } };
const base = new URL(values["base-url"]);
const browser = await launchBrowser();
await mkdir(values.out, { recursive: true });
for (const locale of values.locale.split(",")) {
  for (const size of values.size.split(",")) {
    const context = await browser.newContext({ viewport: sizes[size], locale });
    await context.addInitScript((language) => {
      localStorage.setItem("yunheng.preferences", JSON.stringify({ locale: language }));
    }, locale);
    const page = await context.newPage();
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type()))
        console.log(`[${message.type()}]`, message.text().slice(0, 300));
    });
    page.on("pageerror", (error) => console.log("[pageerror]", error.message));
    await page.goto(base.href);
    for (const [name, path] of Object.entries(pages)) {
      if (values.only && !values.only.split(",").includes(name)) continue;
      await page.goto(new URL(path, base).href, { waitUntil: "networkidle" });
      await page.waitForTimeout(300);
      try {
        await acts[name]?.(page);
      } catch (error) {
        console.log(name, error.message);
      }
      await page.screenshot({ path: `${values.out}/${name}-${size}-${locale}.png` });
    }
    await context.close();
  }
}
await browser.close();
