import { useMemo } from "react";
import { useProject } from "@/api/queries";
import type { HomeGoal } from "@/api/types";
import { Chart } from "@/components/chart/Chart";
import { MetricNumber } from "@/components/Metric";
import { Section } from "@/components/PageHeader";
import { trendOf } from "@/lib/answer";
import { formatPercent, formatValue, NO_VALUE } from "@/lib/format";
import { useText } from "@/lib/use-text";
import { Attained } from "./Attained";
import { cellOf, onlyMetric, runningTotal } from "./block";

/** A period's way: actual beside the planned path, the levels, the gap and what each remaining day must bring. */
export function Progress({ goal }: { goal: HomeGoal }) {
  const { t, label, locale } = useText();
  const currency = useProject().data?.currency;
  const metric = onlyMetric(goal.block);
  const cell = cellOf(goal.block, metric);
  const { levels, period } = goal;
  const text = (value: number | null) =>
    formatValue(value, { locale, currency, format: cell.format, unit: cell.unit, length: "short" });
  const elapsed = period.days_passed / period.days;
  return (
    <Section
      title={t("home.progress", { name: label(cell.label), period: period.name })}
      extra={t("home.elapsed", {
        share: formatPercent(elapsed, locale, 1),
        days: period.days - period.days_passed,
      })}
    >
      <div className="home-facts">
        <span>
          <MetricNumber {...cell} length="short" />
        </span>
        {levels && (
          <Attained
            value={cell.value}
            target={levels.target}
            planned={levels.planned}
            direction={cell.direction}
          />
        )}
      </div>
      {levels ? (
        <>
          <PathChart goal={goal} text={text} name={label(cell.label)} />
          <dl className="home-levels">
            <div>
              <dt>{t("home.planned")}</dt>
              <dd>{text(levels.planned)}</dd>
            </div>
            <div>
              <dt>{t("home.gap")}</dt>
              <dd>{text(goal.gap)}</dd>
            </div>
            <div>
              <dt>{t("home.needed")}</dt>
              <dd>{goal.needed === null ? NO_VALUE : text(goal.needed)}</dd>
            </div>
            <div>
              <dt>{t("home.levels")}</dt>
              <dd>{[levels.floor, levels.target, levels.stretch].map(text).join(" / ")}</dd>
            </div>
          </dl>
        </>
      ) : (
        <p className="muted small">{t("home.noTarget", { period: period.name })}</p>
      )}
    </Section>
  );
}

type PathProps = { goal: HomeGoal; text: (value: number | null) => string; name: string };

function PathChart({ goal, text, name }: PathProps) {
  const { t } = useText();
  const metric = onlyMetric(goal.block);
  const option = useMemo(() => {
    const actual = runningTotal(trendOf(goal.daily.answer, metric));
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
        axisLabel: { fontSize: 11 },
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
  return <Chart option={option} height={112} label={t("home.pathOf", { name })} />;
}
