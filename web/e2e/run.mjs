/**
 * Walks through the pages of a running server in a browser:
 *   npm run e2e -- --base-url "http://127.0.0.1:7700/?token=…"
 * The address is the one `yunheng serve` prints; the project must have data.
 */
import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const { values } = parseArgs({ options: { "base-url": { type: "string" } } });
const address = values["base-url"] ?? process.env.YUNHENG_URL;
if (!address) {
  console.error("say where the server is: npm run e2e -- --base-url URL");
  process.exit(2);
}
const folder = fileURLToPath(new URL(".", import.meta.url));
const tests = readdirSync(folder).filter((name) => name.endsWith(".test.mjs"));
const child = spawn(process.execPath, ["--test", "--test-concurrency=1", "--test-reporter=spec", ...tests], {
  cwd: folder,
  stdio: "inherit",
  env: { ...process.env, YUNHENG_URL: address },
});
child.on("exit", (code) => process.exit(code ?? 1));
