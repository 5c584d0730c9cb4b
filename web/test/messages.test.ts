import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import ts from "typescript";
import { expect, it } from "vitest";
import { type Messages, textsOf } from "@/lib/messages";
import { messageUses, pageFiles, source } from "./message-uses";

/** The rooms that have words of their own, and what each says, by key. */
function wordsIn(language: string): Map<string, Map<string, string>> {
  const paths = readdirSync(source, { recursive: true, encoding: "utf8" }).filter((path) =>
    path.endsWith(join("messages", `${language}.json`)),
  );
  const read = (path: string): Messages => JSON.parse(readFileSync(join(source, path), "utf8"));
  return new Map(paths.map((path) => [dirname(dirname(path)), new Map(textsOf(read(path)))]));
}

const chinese = wordsIn("zh-CN");
const english = wordsIn("en");

const placeholders = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1]).sort();

it("has the same messages with the same placeholders in both languages, in each room", () => {
  expect(chinese.size).toBeGreaterThan(8);
  expect([...english.keys()].sort()).toEqual([...chinese.keys()].sort());
  for (const [room, texts] of chinese) {
    const others = english.get(room) ?? new Map<string, string>();
    // English has a singular beside some plurals; Chinese needs none.
    const isSingular = (key: string) => key.endsWith("_one") && texts.has(key.slice(0, -4));
    const keys = [...others.keys()].filter((key) => !isSingular(key));
    expect(keys.sort(), room).toEqual([...texts.keys()].sort());
    for (const [key, text] of texts) {
      expect(text.trim(), key).not.toBe("");
      expect(placeholders(others.get(key) ?? ""), key).toEqual(placeholders(text));
    }
  }
});

it("has each message in one room only", () => {
  const keys = [...chinese.values()].flatMap((texts) => [...texts.keys()]);
  expect(keys.filter((key, at) => keys.indexOf(key) !== at)).toEqual([]);
});

it("has no Chinese in the English messages", () => {
  const allowed = new Set(["frame.otherLanguage"]);
  const found = [...english.values()]
    .flatMap((texts) => [...texts])
    .filter(([key, text]) => /\p{Script=Han}/u.test(text) && !allowed.has(key));
  expect(found).toEqual([]);
});

/** A room is below another when its words may be said there. */
function isBelow(room: string, path: string): boolean {
  if (path.startsWith(room + sep) || path.startsWith("app") || path === "main.tsx") return true;
  if (room === "lib") return true;
  return room === "product" && path.startsWith("features");
}

it("uses every message, and says only those of its own room and below", () => {
  const rooms = new Map(
    [...english].flatMap(([room, texts]) => [...texts.keys()].map((key) => [key, room] as const)),
  );
  const uses = messageUses([...rooms.keys()]);
  const isUsed = (key: string) => uses.has(key) || uses.has(key.replace(/_one$/, ""));
  expect([...rooms.keys()].filter((key) => !isUsed(key))).toEqual([]);
  const astray = [...uses].flatMap(([key, paths]) =>
    [...paths].filter((path) => !isBelow(rooms.get(key) ?? "", path)).map((path) => `${path} says ${key}`),
  );
  expect(astray).toEqual([]);
});

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
function writtenIn(path: string): string[] {
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
  return found.map((text) => `${relative(source, path)}: ${text}`);
}

it("keeps all text in the message files", () => {
  const files = pageFiles();
  expect(files.length).toBeGreaterThan(40);
  expect(files.flatMap(writtenIn)).toEqual([]);
});
