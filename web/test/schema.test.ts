import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { types } from "../contract/contract.mjs";

it("has the API types that docs/openapi.json generates", async () => {
  const committed = readFileSync(new URL("../src/api/schema.ts", import.meta.url), "utf8");
  expect(committed.endsWith(await types()), "run `npm run types`").toBe(true);
});
