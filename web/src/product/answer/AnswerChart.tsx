import { useMemo } from "react";
import type { Answer, QueryBody } from "@/api/types";
import { useText } from "@/lib/use-text";
import { useValueName, withNames } from "@/product/catalogue/use-value-name";
import { useOpenLineage } from "@/product/lineage/use-lineage";
import { useProject } from "@/product/project/api";
import { Chart } from "@/ui/chart/Chart";
import { usePlain } from "@/ui/plain";
import { cellKey, columnsOf, lineageQuery } from "./answer";
import { type ChartKind, kindsFor, planChart, stackable } from "./chart-plan";

/** The kinds of chart on offer for an answer, the one that suits it best first. */
export function chartKindsOf(answer: Answer): ChartKind[] {
  const metrics = columnsOf(answer, "metric");
  return kindsFor(answer).filter((kind) => kind !== "stack" || metrics.every(stackable));
}

/** The wanted kind where the answer's shape allows it. */
export function chartKindOf(answer: Answer, wanted: ChartKind | null): ChartKind {
  const kinds = chartKindsOf(answer);
  return wanted && kinds.includes(wanted) ? wanted : (kinds[0] ?? "none");
}

type AnswerChartProps = {
  answer: Answer;
  query: QueryBody;
  kind: ChartKind;
  /** In px; the chart's own when absent. */
  height?: number;
};

/** An answer as a chart; a click on a point opens its number. */
export function AnswerChart({ answer, query, kind, height }: AnswerChartProps) {
  const { t, locale, label } = useText();
  const currency = useProject().data?.currency;
  const openLineage = useOpenLineage();
  const plain = usePlain();
  const nameOf = useValueName();
  const name = columnsOf(answer, "metric")
    .map((metric) => label(metric.label))
    .join(", ");
  const plan = useMemo(
    () =>
      planChart(
        withNames(answer, nameOf),
        kind,
        {
          locale,
          currency,
          label: (column) => label(column.label) || column.name,
          others: (count) => t("explore.others", { count }),
        },
        height,
      ),
    [answer, kind, locale, currency, label, nameOf, t, height],
  );
  if (!plan) return null;
  const open = (seriesId: string, index: number) => {
    const point = plan.pointOf(seriesId, index);
    const row = point && answer.rows[point.row];
    if (point && row)
      openLineage({ query: lineageQuery(query), metric: point.metric, cell: cellKey(answer, row) });
  };
  return (
    <>
      <Chart option={plan.option} height={plan.height} label={name} onPoint={plain ? undefined : open} />
      {plan.left > 0 && <p className="muted small">{t("explore.left", { count: plan.left })}</p>}
    </>
  );
}
