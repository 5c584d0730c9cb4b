/** The target grid's rules: rows are segments, columns are months, cells are text until they are saved. */

export type Cells = Readonly<Record<string, string>>;

/** Digits after the point that totals keep exactly. */
const SCALE = 4;

export function cellKey(segment: string, period: string): string {
  return `${segment}\u0000${period}`;
}

export function monthsOf(year: number): string[] {
  return Array.from({ length: 12 }, (_, month) => `${year}-${String(month + 1).padStart(2, "0")}`);
}

export type GridGrain = "month" | "week" | "day";

/** The columns of a grid: the months or ISO weeks of a year, or the days of one of its months (1–12). */
export function periodsOf(grain: GridGrain, year: number, month: number): string[] {
  if (grain === "month") return monthsOf(year);
  if (grain === "week") {
    return Array.from(
      { length: weeksOf(year) },
      (_, week) => `${year}-W${String(week + 1).padStart(2, "0")}`,
    );
  }
  const days = new Date(Date.UTC(year, month, 0)).getUTCDate();
  const name = `${year}-${String(month).padStart(2, "0")}`;
  return Array.from({ length: days }, (_, day) => `${name}-${String(day + 1).padStart(2, "0")}`);
}

/** A year has 53 ISO weeks when it begins or ends on a Thursday. */
function weeksOf(year: number): number {
  const weekday = (month: number, day: number) => new Date(Date.UTC(year, month, day)).getUTCDay();
  return weekday(0, 1) === 4 || weekday(11, 31) === 4 ? 53 : 52;
}

/** Powers of ten of the units people type, 万 and 亿 among them. */
const POWERS: Record<string, number> = {
  "%": -2,
  [String.fromCharCode(0x4e07)]: 4,
  [String.fromCharCode(0x4ebf)]: 8,
};

/** Reads `1,234.5`, `¥1234.5`, `12.5%`, `1.2万` and `0.3亿` as a plain decimal text; null is not a number, "" is empty. */
export function readNumber(text: string): string | null {
  const clean = text.replace(/[,，\s¥￥]/g, "");
  if (clean === "") return "";
  const match = /^(-?)(\d*)(?:\.(\d+))?(%|万|亿)?$/.exec(clean);
  if (!match || (match[2] === "" && match[3] === undefined)) return null;
  const [, sign, whole = "", fraction = "", unit] = match;
  const shift = POWERS[unit ?? ""] ?? 0;
  return shifted(sign ?? "", whole, fraction, shift);
}

/** Moves the decimal point to the right, or to the left when negative, without rounding. */
function shifted(sign: string, whole: string, fraction: string, shift: number): string {
  const digits = `${"0".repeat(Math.max(0, -shift))}${whole}${fraction}${"0".repeat(Math.max(0, shift - fraction.length))}`;
  const point = Math.max(0, -shift) + whole.length + shift;
  const integer = digits.slice(0, point).replace(/^0+(?=\d)/, "") || "0";
  const rest = digits.slice(point).replace(/0+$/, "");
  const plain = rest ? `${integer}.${rest}` : integer;
  return plain === "0" ? plain : `${sign}${plain}`;
}

/** Exact sum of plain decimal texts, to 4 digits; what is empty or wrong counts nothing. */
export function sumOf(texts: string[]): number {
  let sum = 0n;
  for (const text of texts) {
    const plain = readNumber(text);
    if (!plain) continue;
    const [whole = "0", fraction = ""] = plain.replace("-", "").split(".");
    const units = BigInt(whole + fraction.slice(0, SCALE).padEnd(SCALE, "0"));
    sum += plain.startsWith("-") ? -units : units;
  }
  return Number(sum) / 10 ** SCALE;
}

/** Cells of pasted spreadsheet text: rows by line, columns by tab; a trailing line break adds no row. */
export function readTsv(text: string): string[][] {
  const lines = text.replace(/\r\n?/g, "\n").replace(/\n$/, "").split("\n");
  return lines.map((line) => line.split("\t"));
}

/** What a paste at a cell changes; cells beyond the grid are counted, not lost in silence. */
export function paste(
  cells: Cells,
  at: { row: number; column: number },
  block: string[][],
  segments: string[],
  periods: string[],
): { cells: Cells; outside: number } {
  const next: Record<string, string> = { ...cells };
  let outside = 0;
  block.forEach((line, rowOffset) => {
    line.forEach((text, columnOffset) => {
      const segment = segments[at.row + rowOffset];
      const period = periods[at.column + columnOffset];
      if (segment === undefined || period === undefined) outside += text.trim() === "" ? 0 : 1;
      else next[cellKey(segment, period)] = text.trim();
    });
  });
  return { cells: next, outside };
}

/** Keys of the cells whose text is not a number. */
export function wrongCells(cells: Cells): Set<string> {
  return new Set(Object.keys(cells).filter((key) => readNumber(cells[key] ?? "") === null));
}

/** Cells that differ from what stands, by value; emptied ones are left out, as a target is not deleted. */
export function changedCells(cells: Cells, saved: Cells): string[] {
  return Object.keys(cells).filter((key) => {
    const now = readNumber(cells[key] ?? "");
    return now !== null && now !== "" && now !== readNumber(saved[key] ?? "");
  });
}
