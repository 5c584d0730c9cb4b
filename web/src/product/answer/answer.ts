/** Reading an Answer: which columns are what, and what stands beside a metric's value. */
import type { Answer, AnswerColumn, Cell, Comparison, QueryBody } from "@/api/types";
import type { Label } from "@/lib/label";
import { daysIn, GRAINS, periodEnd } from "@/product/period/period";

/**
 * Where a number comes from: the query that answered it and the cell within the answer; with a comparison, the
 * number is what the cell is compared with.
 */
export type NumberOrigin = { query: QueryBody; cell: Record<string, Cell>; comparison?: Comparison };

export type ColumnAt = AnswerColumn & { index: number };

export function columnsOf(answer: Answer, role: AnswerColumn["role"]): ColumnAt[] {
  return answer.columns
    .map((column, index) => ({ ...column, index }))
    .filter((column) => column.role === role);
}

/** What one comparison says about one cell; parts the answer does not have are null. */
export type Compared = {
  comparison: Comparison;
  label: Label;
  /** The base period of this row, as days or hours. */
  base: string | null;
  value: number | null;
  /** Fraction; for percent metrics null, `difference` counts then. */
  change: number | null;
  difference: number | null;
  attainment: number | null;
  gap: number | null;
  elapsed: number | null;
  /** What the target's path plans by now, and what each remaining day must bring. */
  planned: number | null;
  needed: number | null;
};

/** Index of a comparison's measure beside a metric, -1 when the answer does not have it. */
function indexOfMeasure(
  answer: Answer,
  metric: string,
  comparison: Comparison,
  measure: AnswerColumn["measure"],
): number {
  return answer.columns.findIndex(
    (column) =>
      column.role === "comparison" &&
      column.metric === metric &&
      column.comparison === comparison &&
      column.measure === measure,
  );
}

export function comparedWith(answer: Answer, row: Cell[], metric: string): Compared[] {
  const present = new Set(
    answer.columns.filter((column) => column.metric === metric).map((column) => column.comparison),
  );
  const read = (comparison: Comparison, measure: AnswerColumn["measure"]) => {
    const index = indexOfMeasure(answer, metric, comparison, measure);
    return index < 0 ? null : numberOf(row[index]);
  };
  const found: Compared[] = [];
  const at = answer.rows.indexOf(row);
  for (const comparison of present) {
    if (comparison === null) continue;
    const base = answer.bases.find((one) => one.comparison === comparison);
    found.push({
      comparison,
      label: base?.label ?? { zh: comparison, en: comparison },
      base: base?.rows[at] ?? null,
      value: read(comparison, "value"),
      change: read(comparison, "change"),
      difference: read(comparison, "difference"),
      attainment: read(comparison, "attainment"),
      gap: read(comparison, "gap"),
      elapsed: read(comparison, "elapsed"),
      planned: read(comparison, "planned"),
      needed: read(comparison, "needed"),
    });
  }
  return found;
}

export function numberOf(cell: Cell | undefined): number | null {
  if (typeof cell === "number") return cell;
  if (typeof cell === "string" && cell !== "" && Number.isFinite(Number(cell))) return Number(cell);
  return null;
}

/** The group-by values of a row: what the lineage of one of its cells is asked with. */
export function cellKey(answer: Answer, row: Cell[]): Record<string, Cell> {
  const key: Record<string, Cell> = {};
  answer.columns.forEach((column, index) => {
    if (column.role === "dimension" || column.role === "time") key[column.name] = row[index] ?? null;
  });
  return key;
}

/** The query of an answer without what lineage does not take. */
export function lineageQuery(query: QueryBody): QueryBody {
  return { ...query, compare: [], order: [], limit: null };
}

/** What a reader must know of a cell. */
export type CellMarks = {
  /** Its period is not over or its data are not complete. */
  partial?: boolean;
  /** Its value may still change: the refund window of its days is open. */
  provisional?: boolean;
};

/** The marks of an answer's cells, by row and metric. */
export function marksIn(answer: Answer): (row: Cell[], metric: string) => CellMarks {
  const time = columnsOf(answer, "time")[0];
  const at = (row: Cell[]) => (time ? String(row[time.index]) : "");
  const last = answer.rows.map(at).sort().at(-1);
  const grain = GRAINS.find((one) => one === time?.grain);
  const endOf = (row: Cell[]) => {
    if (at(row) === last) return answer.period?.end ?? "";
    return grain ? periodEnd(at(row), grain) : at(row);
  };
  return (row, metric) => {
    const settled = answer.settled[metric];
    return {
      partial: answer.partial && at(row) === last,
      provisional: settled !== undefined && endOf(row) > settled,
    };
  };
}

/** Days of the whole period that a row is about; null where only the server knows how long it is. */
export function daysOf(answer: Answer, row: Cell[]): number | null {
  const time = columnsOf(answer, "time")[0];
  const grain = GRAINS.find((one) => one === time?.grain);
  if (!time || !grain) return null;
  const start = String(row[time.index]).slice(0, 10);
  return daysIn({ start, end: periodEnd(start, grain) });
}

/** The newest row of a time series that has a value for the metric. */
export function lastRow(answer: Answer, metric: string) {
  const index = answer.columns.findIndex((column) => column.name === metric);
  const row = answer.rows.findLast((cells) => numberOf(cells[index]) !== null);
  if (index < 0 || !row) return null;
  return {
    row,
    value: numberOf(row[index]),
    cell: cellKey(answer, row),
    compared: comparedWith(answer, row, metric),
  };
}

/** A metric's values in the order of the rows. */
export function trendOf(answer: Answer, metric: string): (number | null)[] {
  const index = answer.columns.findIndex((column) => column.name === metric);
  return index < 0 ? [] : answer.rows.map((row) => numberOf(row[index]));
}
