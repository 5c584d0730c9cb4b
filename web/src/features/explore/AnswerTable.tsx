import { useProject } from "@/api/queries";
import type { Answer, Cell, QueryBody } from "@/api/types";
import { Change } from "@/components/Change";
import { DataTable, type TableColumn } from "@/components/DataTable";
import { MetricNumber } from "@/components/Metric";
import { type ColumnAt, cellKey, columnsOf, comparedWith, numberOf } from "@/lib/answer";
import { formatPeriod, formatValue, NO_VALUE } from "@/lib/format";
import { useText } from "@/lib/use-text";

/** Every number of an answer; each opens its lineage, each metric is followed by its comparisons. */
export function AnswerTable({ answer, query }: { answer: Answer; query: QueryBody }) {
  const { t } = useText();
  const columns = useAnswerColumns(answer, query);
  return (
    <DataTable
      tools
      caption={t("explore.table")}
      columns={columns}
      rows={answer.rows}
      rowKey={(_, index) => String(index)}
      maxHeight={560}
    />
  );
}

function useAnswerColumns(answer: Answer, query: QueryBody): TableColumn<Cell[]>[] {
  const { t, label } = useText();
  const comparisons = useComparisonColumns(answer);
  const times = columnsOf(answer, "time");
  const lastPoint =
    times[0] &&
    answer.rows
      .map((row) => String(row[times[0]?.index ?? 0]))
      .sort()
      .at(-1);
  const isLast = (row: Cell[]) => times[0] !== undefined && String(row[times[0].index]) === lastPoint;
  const keys: TableColumn<Cell[]>[] = [...times, ...columnsOf(answer, "dimension")].map((column) => ({
    key: column.name,
    title: column.role === "time" ? t("lineage.time") : label(column.label) || column.name,
    value: (row) => row[column.index] ?? null,
    render: (row) => dimensionText(row[column.index] ?? null, column),
  }));
  const metrics = columnsOf(answer, "metric").flatMap((column): TableColumn<Cell[]>[] => [
    {
      key: column.name,
      title: label(column.label) || column.name,
      align: "right",
      value: (row) => numberOf(row[column.index]),
      render: (row) => (
        <MetricNumber
          metric={column.name}
          label={column.label}
          value={numberOf(row[column.index])}
          format={column.format}
          unit={column.unit}
          origin={{ query, cell: cellKey(answer, row) }}
          asOf={answer.as_of}
          marks={answer.partial && isLast(row) ? { partial: true } : undefined}
        />
      ),
    },
    ...comparisons(column),
  ]);
  return [...keys, ...metrics];
}

function dimensionText(value: Cell, column: ColumnAt): string {
  if (value === null) return NO_VALUE;
  return column.role === "time" ? formatPeriod(String(value), column.grain) : String(value);
}

/** For each comparison of a metric: what it was, and how it moved. */
function useComparisonColumns(answer: Answer) {
  const { t, locale } = useText();
  const currency = useProject().data?.currency;
  return (metric: ColumnAt): TableColumn<Cell[]>[] => {
    const [sample] = answer.rows;
    const present = sample ? comparedWith(answer, sample, metric.name).map((one) => one.comparison) : [];
    const style = { locale, currency, format: metric.format, unit: metric.unit };
    return present.flatMap((comparison): TableColumn<Cell[]>[] => {
      const of = (row: Cell[]) =>
        comparedWith(answer, row, metric.name).find((one) => one.comparison === comparison);
      const name = t(`comparison.${comparison}`);
      const movement = (row: Cell[]) => {
        const found = of(row);
        if (comparison === "target") return found?.attainment ?? null;
        return found?.change ?? found?.difference ?? null;
      };
      return [
        {
          key: `${metric.name}.${comparison}.value`,
          title: comparison === "target" ? name : t("comparison.valueOf", { name }),
          align: "right",
          value: (row) => of(row)?.value ?? null,
          render: (row) => <span className="muted">{formatValue(of(row)?.value, style)}</span>,
        },
        {
          key: `${metric.name}.${comparison}.change`,
          title: comparison === "target" ? t("change.attained") : name,
          align: "right",
          value: movement,
          render: (row) => {
            const compared = of(row);
            return compared ? (
              <Change compared={compared} format={metric.format} direction={metric.direction} named={false} />
            ) : (
              NO_VALUE
            );
          },
        },
      ];
    });
  };
}
