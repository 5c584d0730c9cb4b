import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import table from "../src/lib/messages/server.zh-CN.json";

const crates = fileURLToPath(new URL("../../crates", import.meta.url));

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sources(path);
    return entry.name.endsWith(".rs") ? [readFileSync(path, "utf8")] : [];
  });
}

/** `there is no metric {name}` is written `there is no {what} {name}` where the kind of thing varies too. */
const GENERAL: Record<string, string> = Object.fromEntries(
  ["metric", "dataset", "scheme", "subject", "source", "column", "input", "comparison"].map((what) => [
    `there is no ${what} {name}`,
    "there is no {what} {name}",
  ]),
);

/** What is put together of parts: which file, what befell it, which limit. */
const PARTS: [RegExp, string][] = [
  [/^the data file .*/, "the data file {path} (dataset {dataset}, {by}) {fault}"],
  [/^the question has .*; at most/, "the question has {given} {what}; at most"],
  [/raise \{setting\} in yunheng\.toml/, "{raise}"],
];

it("translates only what the server says", () => {
  // A long text goes on in the next line.
  const text = sources(crates)
    .join("\n")
    .replaceAll(/\\\n\s*/g, "");
  const unknown = Object.keys(table).filter((key) => {
    const whole = PARTS.reduce((said, [part, general]) => said.replace(part, general), GENERAL[key] ?? key);
    const parts = whole
      .split(/\{\w+\}/)
      .map((part) => part.replaceAll('"', '\\"').replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
    return !new RegExp(parts.join("\\{[^{}]*\\}")).test(text);
  });
  expect(unknown).toEqual([]);
});

it("keeps every value of a text in its translation", () => {
  const places = (text: string) => [...new Set(text.match(/\{\w+\}/g))].sort();
  for (const [key, own] of Object.entries(table)) {
    for (const place of places(own)) expect(places(key), own).toContain(place);
  }
});
