import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { expect, it } from "vitest";
import en from "@/lib/messages/en.json";
import zh from "@/lib/messages/zh-CN.json";

type Messages = { [key: string]: string | Messages };

function entries(messages: Messages, prefix = ""): [string, string][] {
  return Object.entries(messages).flatMap(([key, value]) =>
    typeof value === "string"
      ? [[prefix + key, value] as [string, string]]
      : entries(value, `${prefix}${key}.`),
  );
}

const placeholders = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1]).sort();

it("has the same messages with the same placeholders in both languages", () => {
  const chinese = new Map(entries(zh));
  // English has a singular beside some plurals; Chinese needs none.
  const isSingular = (key: string) => key.endsWith("_one") && chinese.has(key.slice(0, -4));
  const english = new Map(entries(en).filter(([key]) => !isSingular(key)));
  expect([...english.keys()].sort()).toEqual([...chinese.keys()].sort());
  for (const [key, text] of chinese) {
    expect(text.trim(), key).not.toBe("");
    expect(placeholders(english.get(key) ?? ""), key).toEqual(placeholders(text));
  }
});

it("has no Chinese in the English messages", () => {
  const allowed = new Set(["frame.otherLanguage"]);
  const chinese = entries(en).filter(([key, text]) => /\p{Script=Han}/u.test(text) && !allowed.has(key));
  expect(chinese).toEqual([]);
});

const root = new URL("../src", import.meta.url).pathname;

function sources(): string[] {
  return readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter(
      (path) => /\.tsx?$/.test(path) && !/\.test\.tsx?$/.test(path) && path !== join("api", "schema.ts"),
    )
    .map((path) => join(root, path));
}

const SHOWN_ATTRIBUTES = new Set([
  "title",
  "label",
  "placeholder",
  "alt",
  "aria-label",
  "okText",
  "cancelText",
]);

/** Text that a reader would see and that does not come from the message files. */
function textsIn(path: string): string[] {
  const file = ts.createSourceFile(
    path,
    readFileSync(path, "utf8"),
    ts.ScriptTarget.Latest,
    true,
    ts.ScriptKind.TSX,
  );
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isJsxText(node) && /\p{L}{2,}/u.test(node.text)) found.push(node.text.trim());
    if (ts.isStringLiteralLike(node) && /\p{Script=Han}/u.test(node.text)) found.push(node.text);
    if (ts.isJsxAttribute(node) && SHOWN_ATTRIBUTES.has(node.name.getText()) && node.initializer) {
      const value = node.initializer;
      if (ts.isStringLiteral(value) && /\p{L}{2,}/u.test(value.text)) found.push(value.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found.map((text) => `${path.slice(root.length)}: ${text}`);
}

it("keeps all text in the message files", () => {
  const files = sources();
  expect(files.length).toBeGreaterThan(40);
  expect(files.flatMap(textsIn)).toEqual([]);
});

it("uses every message", () => {
  const code = sources()
    .map((path) => readFileSync(path, "utf8"))
    .join("\n");
  const dynamicGroups = new Set([...code.matchAll(/t\(`(\w+)\.\$\{/g)].map((match) => match[1]));
  const unused = entries(zh)
    .map(([key]) => key)
    .filter((key) => !dynamicGroups.has(key.split(".")[0]) && !code.includes(`"${key}"`));
  expect(unused).toEqual([]);
});
