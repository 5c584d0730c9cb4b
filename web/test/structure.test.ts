import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import ts from "typescript";
import { expect, it } from "vitest";

const root = new URL("../src", import.meta.url).pathname;

/** What the files of each storey may import, beside their own storey. */
const BELOW: Record<string, string[]> = {
  lib: [],
  api: ["lib"],
  ui: ["lib"],
  product: ["lib", "api", "ui"],
  features: ["lib", "api", "ui", "product"],
  app: ["lib", "api", "ui", "product", "features"],
};

const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((path) => /\.tsx?$/.test(path));

/** The files of ours that a file imports; with types, also those that are gone once it is compiled. */
function importsOf(path: string, withTypes = true): string[] {
  const text = readFileSync(join(root, path), "utf8");
  const statements = withTypes ? text : text.replace(/(?:import|export) type [^;]+;/g, "");
  return [...statements.matchAll(/(?:from|import)\s*\(?\s*"(@\/[^"]+|\.\.?\/[^"]+)"/g)].map((match) => {
    const target = match[1] ?? "";
    return target.startsWith("@/") ? target.slice(2) : relative(root, join(root, dirname(path), target));
  });
}

function isAllowed(from: string, to: string): boolean {
  const [storey = "", topic] = from.split(sep);
  const [other = "", otherTopic] = to.split(sep);
  if (storey === "main.tsx") return true;
  if (storey !== other) return BELOW[storey]?.includes(other) ?? false;
  return storey !== "features" || topic === otherTopic;
}

it("imports lib ← ui ← product ← features ← app only, and no feature from another", () => {
  const wrong = files.flatMap((path) =>
    importsOf(path)
      .filter((target) => !isAllowed(path, target))
      .map((target) => `${path} imports ${target}`),
  );
  expect(files.length).toBeGreaterThan(40);
  expect(wrong).toEqual([]);
});

it("has no file outside its storeys", () => {
  const outside = files.filter((path) => path !== "main.tsx" && !((path.split(sep)[0] ?? "") in BELOW));
  expect(outside).toEqual([]);
});

it("has no circle of files", () => {
  const resolved = (target: string) =>
    [target, `${target}.ts`, `${target}.tsx`].find(
      (path) => files.includes(path) && existsSync(join(root, path)),
    );
  const edges = new Map(
    files.map((path) => [path, importsOf(path, false).flatMap((target) => resolved(target) ?? [])]),
  );
  const done = new Set<string>();
  const circles: string[] = [];
  const visit = (path: string, way: string[]): void => {
    if (way.includes(path)) circles.push([...way.slice(way.indexOf(path)), path].join(" → "));
    if (done.has(path) || way.includes(path)) return;
    for (const next of edges.get(path) ?? []) visit(next, [...way, path]);
    done.add(path);
  };
  for (const path of files) visit(path, []);
  expect(circles).toEqual([]);
});

it("loads ECharts in one module only", () => {
  const users = files.filter((path) =>
    /from "echarts/.test(readFileSync(join(root, path), "utf8").replace(/import type[^;]+;/g, "")),
  );
  expect(users).toEqual([join("ui", "chart", "echarts.ts")]);
});

/** Where what comes from outside is read: a browser's storage, an address, a problem of a proxy, a library's inside. */
const READERS = /^(lib\/(preferences|problem|url)\.ts|ui\/chart\/(EChart\.tsx|tooltip\.ts))$/;
/** Links and the browser's history hold what an older program may have written; each is checked where it is read. */
const CHECKED = /(computed\/computed|lineage\/lineage-link|wizard\/ImportWizardPage)\.tsx?$/;

it("believes the types: nothing is cast", () => {
  const casts = files
    .filter((path) => !/\.test\.tsx?$/.test(path) && !READERS.test(path) && !CHECKED.test(path))
    .flatMap((path) => castsIn(path).map((text) => `${path}: ${text}`));
  expect(casts).toEqual([]);
});

function castsIn(path: string): string[] {
  const kind = path.endsWith("x") ? ts.ScriptKind.TSX : ts.ScriptKind.TS;
  const text = readFileSync(join(root, path), "utf8");
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true, kind);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    const isCast = ts.isAsExpression(node) && node.type.getText() !== "const";
    if (isCast || ts.isNonNullExpression(node)) found.push(node.getText());
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}
