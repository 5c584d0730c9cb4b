import { existsSync, readFileSync } from "node:fs";
import openapiTS, { astToString } from "openapi-typescript";
import { expect, it } from "vitest";

const document = new URL("../../docs/openapi.json", import.meta.url);

it("has the API types that docs/openapi.json generates", async () => {
  expect(existsSync(document)).toBe(true);
  const generated = astToString(await openapiTS(document));
  const committed = readFileSync(new URL("../src/api/schema.ts", import.meta.url), "utf8");
  expect(committed.endsWith(generated), "run `npm run types`").toBe(true);
});
