import { readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { expect, it } from "vitest";

const root = new URL("../src", import.meta.url).pathname;
const SHARED = ["lib", "api", "ui", "product"];

function importsOf(path: string): string[] {
  const text = readFileSync(join(root, path), "utf8");
  return [...text.matchAll(/(?:from|import)\s*\(?\s*"(@\/[^"]+|\.\.?\/[^"]+)"/g)].map((match) => {
    const target = match[1] ?? "";
    return target.startsWith("@/") ? target.slice(2) : relative(root, join(root, path, "..", target));
  });
}

function layerOf(path: string): { layer: string; feature: string | null } {
  const [first = "", second = ""] = path.split(sep);
  return { layer: first, feature: first === "features" ? second : null };
}

const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((path) => /\.tsx?$/.test(path));

it("imports only shared → features → app, and no feature from another", () => {
  const wrong = files.flatMap((path) =>
    importsOf(path)
      .filter((target) => !isAllowed(path, target))
      .map((target) => `${path} imports ${target}`),
  );
  expect(files.length).toBeGreaterThan(40);
  expect(wrong).toEqual([]);
});

function isAllowed(from: string, to: string): boolean {
  const source = layerOf(from);
  const target = layerOf(to);
  if (SHARED.includes(source.layer)) return SHARED.includes(target.layer);
  if (source.layer === "features")
    return target.layer !== "app" && (target.feature === null || target.feature === source.feature);
  return true;
}

it("loads ECharts in one module only", () => {
  const users = files.filter((path) =>
    /from "echarts/.test(readFileSync(join(root, path), "utf8").replace(/import type[^;]+;/g, "")),
  );
  expect(users).toEqual([join("ui", "chart", "echarts.ts")]);
});
