/**
 * The contract of docs/openapi.json as the pages read it. It says two things that the document does not:
 * the closed sets of words of words.json (a set that the document knows as an enum has to leave that file),
 * and that the server sends every field, null where there is no value.
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import openapiTS, { astToString } from "openapi-typescript";

const read = (path) => JSON.parse(readFileSync(fileURLToPath(new URL(path, import.meta.url)), "utf8"));

/** The document with all that the pages know of it. */
export function contract() {
  const document = read("../../docs/openapi.json");
  const { schemas } = document.components;
  for (const [place, words] of Object.entries(read("./words.json"))) narrow(schemas, place, words);
  // The values of a cell's row may be absent: a row without a channel has a cell, too.
  schemas.CellRequest.properties.cell.additionalProperties = orNull(
    schemas.CellRequest.properties.cell.additionalProperties,
  );
  for (const name of sent(document)) requireAll(schemas[name]);
  return document;
}

/** The types of the contract, as src/api/schema.ts has them. */
export async function types() {
  return astToString(await openapiTS(contract(), { defaultNonNullable: false }));
}

function narrow(schemas, place, words) {
  const [schema, field] = place.split(".");
  const found = schemas[schema]?.properties?.[field];
  if (!found) throw new Error(`words.json: the contract has no ${place}`);
  const isPlain = found.type === "string" || (Array.isArray(found.type) && found.type.includes("string"));
  if (!isPlain || found.enum)
    throw new Error(`words.json: the contract knows the words of ${place}; take it out`);
  found.enum = found.type === "string" ? words : [...words, null];
}

function orNull(schema) {
  return schema.oneOf?.some((one) => one.type === "null") ? schema : { oneOf: [schema, { type: "null" }] };
}

function requireAll(schema) {
  if (schema.properties) schema.required = Object.keys(schema.properties);
  for (const part of schema.allOf ?? []) requireAll(part);
}

/** The schemas that answers are made of. */
function sent(document) {
  const found = new Set();
  const visit = (node) => {
    if (Array.isArray(node)) node.forEach(visit);
    if (!node || typeof node !== "object") return;
    // `#/components/schemas/Answer`, or an answer that many addresses give.
    const [, , kind, name] = typeof node.$ref === "string" ? node.$ref.split("/") : [];
    if (kind === "responses") visit(document.components.responses[name]);
    if (kind === "schemas" && !found.has(name)) {
      found.add(name);
      visit(document.components.schemas[name]);
    }
    Object.values(node).forEach(visit);
  };
  for (const path of Object.values(document.paths)) {
    for (const operation of Object.values(path)) visit(operation.responses);
  }
  return found;
}
