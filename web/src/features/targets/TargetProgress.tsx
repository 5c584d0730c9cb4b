import type { ReactNode } from "react";
import { useSearchParams } from "react-router";
import type { HomeGoal, Metric, PathDay, Target, TargetKey, TargetPath } from "@/api/types";
import { formatDifference, formatPercent, formatValue, NO_VALUE } from "@/lib/format";
import { useText } from "@/lib/use-text";
import { cellOf } from "@/product/answer/block";
import { ComputedNumber } from "@/product/computed/ComputedNumber";
import {
  type ComputedInput,
  computed,
  type Goal,
  type GoalKind,
  goalOf,
  type Measured,
  targetOf,
  towards,
} from "@/product/computed/computed";
import { MetricNumber } from "@/product/number/Metric";
import { useProject } from "@/product/project/api";
import { Attained } from "@/product/target/Attained";
import { PathChart } from "@/product/target/PathChart";
import { WhyButton } from "@/product/why/WhyButton";
import { whyOf } from "@/product/why/why-link";
import { DataTable, type TableColumn } from "@/ui/DataTable";
import { DateInput } from "@/ui/DateInput";
import { Section } from "@/ui/PageHeader";
import { Panel } from "@/ui/Panel";
import { useAmount } from "./amounts";
import { useTargetPath, useTargetProgress } from "./api";
import { Facts } from "./Facts";
import "./target.css";

type ProgressProps = { of: TargetKey; metric: Metric; target: Target };

/** Actual to date beside the planned path, as of a business day that can be moved. */
export function TargetProgress({ of, metric, target }: ProgressProps) {
  const { t } = useText();
  const [params, setParams] = useSearchParams();
  const day = params.get("day");
  const asOf = useProject().data?.as_of;
  const progress = useTargetProgress(of, day);
  const path = useTargetPath(of, progress.data?.adds_up === true);
  const move = (value: string) =>
    setParams((now) => {
      now.set("day", value);
      return now;
    });
  return (
    <Panel query={progress} height={480}>
      {(goal) => {
        const days = goal.path.map((point) => point.day);
        const last = days[Math.max(0, goal.period.days_passed - 1)] ?? "";
        return (
          <>
            <Section
              title={t("target.toDate")}
              extra={
                last && (
                  <DateInput
                    label={t("target.day")}
                    value={last}
                    min={days[0]}
                    max={asOf && asOf < (days.at(-1) ?? "") ? asOf.slice(0, 10) : days.at(-1)}
                    onChange={move}
                  />
                )
              }
            >
              <ToDate goal={goal} metric={metric} target={target} />
            </Section>
            {goal.adds_up && (
              <Panel query={path} height={320}>
                {(found) => <Days goal={goal} path={found} metric={metric} target={target} />}
              </Panel>
            )}
          </>
        );
      }}
    </Panel>
  );
}

function ToDate({ goal, metric, target }: { goal: HomeGoal; metric: Metric; target: Target }) {
  const { t, label, locale } = useText();
  const currency = useProject().data?.currency;
  const style = { locale, currency, format: metric.format, unit: metric.unit, length: "short" } as const;
  const cell = cellOf(goal.block, metric.name);
  const { levels, period } = goal;
  const elapsed = period.days_passed / period.days;
  const to = goalTo(goal, cell, target);
  const level = (value: number | null) => (
    <MetricNumber
      {...cell}
      value={value}
      length="short"
      n={null}
      marks={undefined}
      origin={to.origin && { ...to.origin, comparison: "target" }}
    />
  );
  const number = (kind: GoalKind, value: number | null) => (
    <ComputedNumber of={towards(kind, cell, to, value)}>
      {kind === "ahead" ? formatDifference(value, style) : formatValue(value, style)}
    </ComputedNumber>
  );
  const ahead = cell.value === null || !levels ? null : cell.value - levels.planned;
  const facts: [string, ReactNode][] = [
    [
      t("target.elapsed"),
      <ComputedNumber key="elapsed" of={towards("elapsed", cell, to, elapsed)}>
        {`${formatPercent(elapsed, locale, 1)} (${period.days_passed}/${period.days})`}
      </ComputedNumber>,
    ],
    [t("target.planned"), levels ? number("planned", levels.planned) : NO_VALUE],
    [t("target.aheadBy"), number("ahead", ahead)],
    [t("home.gap"), number("gap", goal.gap)],
    [t("target.needed", { days: period.days - period.days_passed }), number("needed", goal.needed)],
    [t("targets.floor"), level(target.floor)],
    [t("targets.target"), level(target.target)],
    [t("targets.stretch"), level(target.stretch)],
  ];
  return (
    <>
      <div className="target-now">
        <MetricNumber {...cell} length="short" asksWhy={false} />
        {cell.origin && (
          <WhyButton why={whyOf({ ...cell.origin, metric: metric.name })} name={label(metric.label)} />
        )}
        {levels && <Attained of={cell} goal={to} direction={cell.direction} />}
      </div>
      <Facts facts={facts} />
      {goal.path.length > 0 && (
        <PathChart
          goal={goal}
          height={240}
          text={(value) => formatValue(value, style)}
          name={label(metric.label)}
        />
      )}
    </>
  );
}

/** The goal of one target's way; the target is found by its own segment, not by the filter that keeps its rows. */
function goalTo(goal: HomeGoal, cell: Measured, target: Target): Goal {
  const to = goalOf(cell, goal.period, goal.levels, goal.adds_up);
  const segment = target.dimension ? { [target.dimension]: target.segment } : {};
  return { ...to, origin: to.origin && { ...to.origin, cell: segment } };
}

type DayRow = PathDay & { own: number | null; row: number; actual: number | null };

type DaysProps = { goal: HomeGoal; path: TargetPath; metric: Metric; target: Target };

/** What each day is planned to bring and brought; where its weight comes from. */
function Days({ goal, path, metric, target }: DaysProps) {
  const { t, label, locale } = useText();
  const amount = useAmount(metric);
  const rows = dayRows(goal, path, metric.name);
  const cell = cellOf(goal.block, metric.name);
  const whole = targetOf(cell, goalTo(goal, cell, target));
  const planned = (kind: "day_planned" | "until_planned", row: DayRow) => {
    const isDay = kind === "day_planned";
    const value = isDay ? row.own : row.planned;
    const share: ComputedInput = isDay
      ? { part: "share", value: row.share }
      : { part: "until", value: row.until };
    return <ComputedNumber of={computed(kind, cell, value, [whole, share])}>{amount(value)}</ComputedNumber>;
  };
  const columns: TableColumn<DayRow>[] = [
    { key: "day", title: t("target.date"), value: (row) => row.day },
    {
      key: "share",
      title: t("target.share"),
      align: "right",
      value: (row) => row.share,
      render: (row) => formatPercent(row.share, locale, 2),
    },
    {
      key: "own",
      title: t("target.plannedDay"),
      align: "right",
      value: (row) => row.own,
      render: (row) => planned("day_planned", row),
    },
    {
      key: "actual",
      title: t("target.actualDay"),
      align: "right",
      value: (row) => row.actual,
      render: (row) =>
        row.row < 0 ? NO_VALUE : <MetricNumber {...cellOf(goal.daily, metric.name, row.row)} />,
    },
    {
      key: "planned",
      title: t("target.plannedUntil"),
      align: "right",
      value: (row) => row.planned,
      render: (row) => planned("until_planned", row),
    },
    { key: "origin", title: t("target.weight"), value: (row) => t(`target.origin.${row.origin}`) },
  ];
  return (
    <Section title={t("target.path")}>
      <p className="muted small">{label(path.basis)}</p>
      <DataTable
        tools
        caption={t("target.path")}
        columns={columns}
        rows={rows}
        rowKey={(row) => row.day}
        maxHeight={420}
      />
    </Section>
  );
}

function dayRows(goal: HomeGoal, path: TargetPath, metric: string): DayRow[] {
  const { answer } = goal.daily;
  const time = answer.columns.findIndex((column) => column.role === "time");
  const at = new Map(answer.rows.map((row, index) => [String(row[time]).slice(0, 10), index]));
  return path.days.map((day, index) => {
    const row = at.get(day.day) ?? -1;
    const before = path.days[index - 1]?.planned ?? 0;
    return {
      ...day,
      row,
      own: day.planned === null ? null : day.planned - before,
      actual: row < 0 ? null : cellOf(goal.daily, metric, row).value,
    };
  });
}
