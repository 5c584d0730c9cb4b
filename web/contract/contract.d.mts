/** The types of the contract, as src/api/schema.ts has them. */
export function types(): Promise<string>;
