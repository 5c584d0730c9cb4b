/** What the wizard knows and asks about one header of the file. */
import type { Dataset, ImportRequest, Preview } from "@/api/types";

/** What a person changed for a header; what is absent stays as proposed. */
export type Choice = Partial<Omit<ImportRequest["mapping"][number], "header">>;
export type Choices = Record<string, Choice>;
export type Column = Dataset["columns"][number];

export const UNITS = [
  "yuan",
  "w",
  "million",
  "thousand",
  "fen",
  "percent",
  "seconds",
  "minutes",
  "hours",
  "days",
] as const;

/** The proposals with the choices laid over them: what the check and the import are asked with. */
export function mappingOf(proposal: Preview | undefined, choices: Choices): ImportRequest["mapping"] {
  return (proposal?.mapping ?? []).map(({ header, column, format, unit, values }) => ({
    column,
    format,
    unit,
    ...choices[header],
    header,
    values: { ...values, ...choices[header]?.values },
  }));
}

/** The choices that a request was made with. */
export function choicesOf(before: ImportRequest | null): Choices {
  return Object.fromEntries((before?.mapping ?? []).map(({ header, ...choice }) => [header, choice]));
}

/** The words of a header in the first rows, each once. */
export function wordsOf(preview: Preview, header: string): string[] {
  const at = preview.columns.findIndex((column) => column.header === header);
  if (at < 0) return [];
  return [...new Set(preview.rows.map((row) => (row[at] ?? "").trim()))].filter((word) => word !== "");
}

/** The value a word is stored as; null when nothing is said of it and it is kept as it is. */
export function storedAs(word: string, column: Column, own: Record<string, string>): string | null {
  if (own[word] !== undefined) return own[word];
  const known = column.values[word];
  if (known !== undefined) return known;
  return valuesOf(column).includes(word) ? word : null;
}

/** The values a column stores, where it has a fixed list. */
export function valuesOf(column: Column): string[] {
  return [...new Set(Object.values(column.values))];
}
