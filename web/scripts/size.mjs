/**
 * Prints what a first visit of the home page loads, compressed, and fails above the bar:
 * the entry, everything it imports, the frame's and the home page's chunks, one language.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";

const LIMIT_KB = 400;
const dist = fileURLToPath(new URL("../dist", import.meta.url));
const manifest = JSON.parse(readFileSync(join(dist, ".vite/manifest.json"), "utf8"));

const FIRST_VIEW = [
  "index.html",
  "src/features/home/HomePage.tsx",
  "src/app/words/zh-CN.ts",
  "node_modules/antd/es/locale/zh_CN.js",
];

/** A chunk, its static imports and their styles. */
function collect(key, files) {
  const chunk = manifest[key];
  if (!chunk) throw new Error(`the build has no chunk ${key}: is the list in this script up to date?`);
  if (files.has(chunk.file)) return;
  files.add(chunk.file);
  for (const style of chunk.css ?? []) files.add(style);
  for (const one of chunk.imports ?? []) collect(one, files);
}

const files = new Set();
for (const key of FIRST_VIEW) collect(key, files);

const rows = [...files].map((file) => {
  const bytes = readFileSync(join(dist, file));
  return {
    file,
    raw: bytes.length,
    gzip: gzipSync(bytes, { level: 9 }).length,
    brotli: brotliCompressSync(bytes).length,
  };
});
const kb = (bytes) => (bytes / 1024).toFixed(1).padStart(7);
const sum = (key) => rows.reduce((total, row) => total + row[key], 0);

console.log("    raw    gzip  brotli  (KiB)");
for (const row of rows.sort((a, b) => b.gzip - a.gzip)) {
  console.log(`${kb(row.raw)} ${kb(row.gzip)} ${kb(row.brotli)}  ${row.file}`);
}
console.log(`${kb(sum("raw"))} ${kb(sum("gzip"))} ${kb(sum("brotli"))}  first view (bar: ${LIMIT_KB} gzip)`);
if (sum("gzip") > LIMIT_KB * 1024) {
  console.error(`the first view is larger than ${LIMIT_KB} KiB`);
  process.exit(1);
}
