import { useMemo } from "react";
import type { HomeGoal } from "@/api/types";
import { useText } from "@/lib/use-text";
import { trendOf } from "@/product/answer/answer";
import { onlyMetric, runningTotal } from "@/product/answer/block";
import { Chart } from "@/ui/chart/Chart";

type PathProps = { goal: HomeGoal; text: (value: number | null) => string; name: string; height?: number };

/** Actual to date on the planned path; day by day where the plan is a level. */
export function PathChart({ goal, text, name, height = 112 }: PathProps) {
  const { t } = useText();
  const metric = onlyMetric(goal.block);
  const option = useMemo(() => {
    const daily = trendOf(goal.daily.answer, metric);
    // A ratio is planned at one level for all days; its days do not add up.
    const actual = goal.adds_up ? runningTotal(daily) : daily;
    return {
      animation: false,
      grid: { left: 0, right: 8, top: 8, bottom: 20 },
      tooltip: {
        trigger: "axis",
        valueFormatter: (value: unknown) => text(typeof value === "number" ? value : null),
      },
      xAxis: {
        type: "category",
        data: goal.path.map((point) => point.day),
        axisLabel: {
          fontSize: 11,
          showMinLabel: true,
          showMaxLabel: true,
          alignMinLabel: "left",
          alignMaxLabel: "right",
          hideOverlap: true,
        },
        axisTick: { show: false },
      },
      yAxis: { type: "value", show: false },
      series: [
        {
          type: "line",
          name: t("home.planned"),
          data: goal.path.map((point) => point.planned),
          symbol: "none",
          lineStyle: { type: "dashed", width: 1, color: "#8a919f" },
          itemStyle: { color: "#8a919f" },
        },
        {
          type: "line",
          name,
          data: actual,
          symbol: "none",
          lineStyle: { width: 2, color: "#1f5fbf" },
          itemStyle: { color: "#1f5fbf" },
        },
      ],
    };
  }, [goal, metric, text, name, t]);
  return <Chart option={option} height={height} label={t("home.pathOf", { name })} />;
}
