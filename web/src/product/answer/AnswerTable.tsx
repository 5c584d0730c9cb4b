import type { Answer, Cell, QueryBody } from "@/api/types";
import { formatPeriod, formatValue, NO_VALUE } from "@/lib/format";
import { useText } from "@/lib/use-text";
import { useValueName } from "@/product/catalogue/use-value-name";
import { ComputedNumber } from "@/product/computed/ComputedNumber";
import { goalIn, type Measured, towards } from "@/product/computed/computed";
import type { NameOfValue } from "@/product/filters/filters";
import { Change } from "@/product/number/Change";
import { MetricNumber } from "@/product/number/Metric";
import { useProject } from "@/product/project/api";
import { DataTable, type TableColumn } from "@/ui/DataTable";
import { type ColumnAt, cellKey, columnsOf, comparedWith, daysOf, marksIn, numberOf } from "./answer";

type AnswerTableProps = {
  answer: Answer;
  query: QueryBody;
  /** In px, of a table that is part of something: without tools of its own. */
  height?: number;
};

/** Every number of an answer; each opens its lineage, each metric is followed by its comparisons. */
export function AnswerTable({ answer, query, height }: AnswerTableProps) {
  const { t } = useText();
  const columns = useAnswerColumns(answer, query);
  return (
    <DataTable
      tools={height === undefined}
      caption={t("explore.table")}
      columns={columns}
      rows={inOrder(answer, query)}
      rowKey={(_, index) => String(index)}
      maxHeight={height ?? 560}
    />
  );
}

/** Segments inside a point in time stand largest first; otherwise rows keep the order of the answer. */
function inOrder(answer: Answer, query: QueryBody): Cell[][] {
  const time = columnsOf(answer, "time")[0];
  const metric = columnsOf(answer, "metric")[0];
  const byTime = time !== undefined && query.order.length === 1 && query.order[0] === time.name;
  if (!byTime || !metric || columnsOf(answer, "dimension").length === 0) return answer.rows;
  const value = (row: Cell[]) => numberOf(row[metric.index]) ?? Number.NEGATIVE_INFINITY;
  return [...answer.rows].sort(
    (one, other) =>
      String(one[time.index]).localeCompare(String(other[time.index])) || value(other) - value(one),
  );
}

function useAnswerColumns(answer: Answer, query: QueryBody): TableColumn<Cell[]>[] {
  const { t, label } = useText();
  const nameOf = useValueName();
  const comparisons = useComparisonColumns(answer, query);
  const times = columnsOf(answer, "time");
  const marks = marksIn(answer);
  const keys: TableColumn<Cell[]>[] = [...times, ...columnsOf(answer, "dimension")].map((column) => ({
    key: column.name,
    title: column.role === "time" ? t("lineage.time") : label(column.label) || column.name,
    value: (row) => row[column.index] ?? null,
    render: (row) => <KeyCell value={row[column.index] ?? null} column={column} nameOf={nameOf} />,
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
          marks={marks(row, column.name)}
        />
      ),
    },
    ...comparisons(column),
  ]);
  return [...keys, ...metrics];
}

function KeyCell({ value, column, nameOf }: { value: Cell; column: ColumnAt; nameOf: NameOfValue }) {
  if (value === null) return NO_VALUE;
  if (column.role === "time") return formatPeriod(String(value), column.grain);
  return <span title={String(value)}>{nameOf(column.name, value)}</span>;
}

const TARGET_PARTS = ["planned", "gap", "needed"] as const;

/** For each comparison of a metric: what it was, which opens like any number, and how it moved. */
function useComparisonColumns(answer: Answer, query: QueryBody) {
  const { t, locale, label } = useText();
  const currency = useProject().data?.currency;
  return (metric: ColumnAt): TableColumn<Cell[]>[] => {
    const [sample] = answer.rows;
    const present = sample ? comparedWith(answer, sample, metric.name) : [];
    const style = { locale, currency, format: metric.format, unit: metric.unit };
    const own = (row: Cell[]): Measured => ({
      metric: metric.name,
      value: numberOf(row[metric.index]),
      format: metric.format,
      unit: metric.unit,
      origin: { query, cell: cellKey(answer, row) },
    });
    return present.flatMap(({ comparison, label: words }): TableColumn<Cell[]>[] => {
      const of = (row: Cell[]) =>
        comparedWith(answer, row, metric.name).find((one) => one.comparison === comparison);
      const name = label(words);
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
          render: (row) => (
            <span className="muted" title={of(row)?.base ?? undefined}>
              <MetricNumber
                metric={metric.name}
                label={metric.label}
                value={of(row)?.value ?? null}
                format={metric.format}
                unit={metric.unit}
                origin={
                  comparison.startsWith("benchmark")
                    ? null
                    : { query, cell: cellKey(answer, row), comparison }
                }
                asOf={comparison === "target" ? null : answer.as_of}
              />
            </span>
          ),
        },
        {
          key: `${metric.name}.${comparison}.change`,
          title: comparison === "target" ? t("change.attained") : name,
          align: "right",
          value: movement,
          render: (row) => {
            const compared = of(row);
            return compared ? (
              <Change
                compared={compared}
                of={own(row)}
                direction={metric.direction}
                named={false}
                days={daysOf(answer, row)}
              />
            ) : (
              NO_VALUE
            );
          },
        },
        ...(comparison === "target" ? TARGET_PARTS : []).map(
          (part): TableColumn<Cell[]> => ({
            key: `${metric.name}.${comparison}.${part}`,
            title: t(`comparison.${part}`),
            align: "right",
            value: (row) => of(row)?.[part] ?? null,
            render: (row) => {
              const compared = of(row);
              if (!compared) return NO_VALUE;
              const goal = goalIn(compared, daysOf(answer, row));
              return (
                <span className="muted">
                  <ComputedNumber of={towards(part, own(row), goal, compared[part])}>
                    {formatValue(compared[part], style)}
                  </ComputedNumber>
                </span>
              );
            },
          }),
        ),
      ];
    });
  };
}
