/** Writes src/api/schema.ts: npm run types */
import { writeFileSync } from "node:fs";
import { types } from "./contract.mjs";

const HEAD = "// Generated from docs/openapi.json by `npm run types`; a test holds it.\n\n";
writeFileSync(new URL("../src/api/schema.ts", import.meta.url), HEAD + (await types()));
