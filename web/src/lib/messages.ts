/** Texts by key, in groups. */
export type Messages = { [key: string]: string | Messages };

/** The groups of both; a group that both have holds the texts of both. */
export function merged(one: Messages, other: Messages): Messages {
  const all: Messages = { ...one };
  for (const [key, value] of Object.entries(other)) {
    const known = all[key];
    all[key] = typeof known === "object" && typeof value === "object" ? merged(known, value) : value;
  }
  return all;
}

/** Every text with its whole key. */
export function textsOf(messages: Messages, prefix = ""): [string, string][] {
  return Object.entries(messages).flatMap(([key, value]): [string, string][] =>
    typeof value === "string" ? [[prefix + key, value]] : textsOf(value, `${prefix}${key}.`),
  );
}
