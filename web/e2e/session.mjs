import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { launchBrowser } from "./browser.mjs";

const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
const SIZES = { desktop: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } };

/** A browser on the server, entered by the printed address; collects everything that went wrong in it. */
export async function openSession({
  locale = "zh-CN",
  size = "desktop",
  address: entry = process.env.YUNHENG_URL,
} = {}) {
  const address = new URL(entry);
  const browser = await launchBrowser();
  const context = await browser.newContext({ viewport: SIZES[size], locale, acceptDownloads: true });
  await context.addInitScript((language) => {
    if (!localStorage.getItem("yunheng.preferences")) {
      localStorage.setItem("yunheng.preferences", JSON.stringify({ locale: language }));
    }
  }, locale);
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  const faults = [];
  page.on("console", (message) => message.type() === "error" && faults.push(`console: ${message.text()}`));
  page.on("pageerror", (error) => faults.push(`page: ${error.message}`));
  page.on("response", (response) => {
    if (response.status() >= 400)
      faults.push(`${response.status()} ${response.request().method()} ${response.url()}`);
  });
  await page.goto(address.href);
  const url = (path) => new URL(path, address.origin).href;
  return {
    page,
    faults,
    url,
    /** Opens a page and waits until it shows data or says what is missing. */
    open: async (path) => {
      await page.goto(url(path), { waitUntil: "networkidle" });
      await page.locator("h1").first().waitFor();
      await page.waitForFunction(() => document.querySelector(".skeleton") === null);
    },
    api: (path, body) => askApi(page, path, body),
    assertNoFaults: (where) => assert.deepEqual(faults.splice(0), [], `faults on ${where}`),
    close: () => browser.close(),
  };
}

async function askApi(page, path, body) {
  return page.evaluate(
    async ([target, payload]) => {
      const init = payload
        ? { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(payload) }
        : undefined;
      const response = await fetch(`/api/v1${target}`, init);
      return response.json();
    },
    [path, body],
  );
}

/** Serious and critical findings of axe on the page, as short lines. */
export async function seriousFindings(page) {
  // Evaluated, not added as a tag: the page's policy lets no inline script run.
  await page.evaluate(readFileSync(AXE, "utf8"));
  // Colours are judged at rest: a button that is just being enabled fades through paler ones.
  await page.addStyleTag({
    content: "*, *::before, *::after { transition: none !important; animation: none !important }",
  });
  await page.waitForTimeout(400);
  const found = await page.evaluate(async () => {
    const result = await window.axe.run(document, { resultTypes: ["violations"] });
    return result.violations
      .filter((one) => ["serious", "critical"].includes(one.impact))
      .map(
        (one) =>
          `${one.id}: ${one.nodes
            .slice(0, 3)
            .map((node) => node.html.slice(0, 160))
            .join(" | ")}`,
      );
  });
  return found;
}

/** No page may be wider than its window. */
export async function overflow(page) {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}
