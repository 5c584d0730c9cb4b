import type { Cell, HomeBlock } from "@/api/types";
import { cellKey, comparedWith, lineageQuery, marksIn, numberOf } from "./answer";

/** One cell of a block: its value and what opens it. */
export function cellOf(block: HomeBlock, metric: string, row = 0) {
  const { answer, query } = block;
  const cells: Cell[] = answer.rows[row] ?? [];
  const index = answer.columns.findIndex((column) => column.name === metric);
  const column = answer.columns[index];
  return {
    metric,
    label: column?.label ?? { zh: metric, en: metric },
    value: index < 0 ? null : numberOf(cells[index]),
    format: column?.format ?? null,
    unit: column?.unit ?? null,
    direction: column?.direction ?? null,
    origin: { query: lineageQuery(query), cell: cellKey(answer, cells) },
    asOf: answer.as_of,
    n: answer.n[metric] ?? null,
    marks: marksIn(answer)(cells, metric),
    compared: comparedWith(answer, cells, metric),
  };
}

/** The only metric of a block. */
export function onlyMetric(block: HomeBlock): string {
  return block.query.metrics[0] ?? "";
}

/** The values of a metric summed up day by day. */
export function runningTotal(values: (number | null)[]): number[] {
  let total = 0;
  return values.map((value) => {
    total += value ?? 0;
    return total;
  });
}
