/** Letters that start a formula, in both widths, and the blanks that some programs skip before one; as in the server. */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/;
const NUMBER = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?%?$/i;

/** Keeps a text a text when a spreadsheet opens it; numbers stay numbers. */
export function inert(cell: string): string {
  return FORMULA.test(cell) && !NUMBER.test(cell) ? `'${cell}` : cell;
}

/** Tab-separated text that spreadsheets paste as cells; breaks inside a value become spaces. */
export function toTsv(header: string[], rows: (string | number | boolean | null)[][]): string {
  const text = (cell: string | number | boolean | null) =>
    typeof cell === "string" ? inert(cell).replace(/[\t\r\n]+/g, " ") : String(cell ?? "");
  return [header, ...rows].map((cells) => cells.map(text).join("\t")).join("\n");
}

export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
