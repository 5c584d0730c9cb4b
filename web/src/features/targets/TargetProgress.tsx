import type { ReactNode } from "react";
import { useSearchParams } from "react-router";
import { useProject } from "@/api/queries";
import { useTargetPath, useTargetProgress } from "@/api/target-queries";
import type { HomeGoal, Metric, PathDay, Target, TargetKey, TargetPath } from "@/api/types";
import { Attained } from "@/components/Attained";
import { DataTable, type TableColumn } from "@/components/DataTable";
import { DateInput } from "@/components/DateInput";
import { MetricNumber } from "@/components/Metric";
import { Section } from "@/components/PageHeader";
import { Panel } from "@/components/Panel";
import { PathChart } from "@/components/PathChart";
import { cellOf } from "@/lib/block";
import { formatPercent, NO_VALUE } from "@/lib/format";
import { useText } from "@/lib/use-text";
import { useAmount } from "./amounts";
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
                {(found) => <Days goal={goal} path={found} metric={metric} />}
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
  const amount = useAmount(metric);
  const cell = cellOf(goal.block, metric.name);
  const { levels, period } = goal;
  const level = (value: number | null) => (
    <MetricNumber
      {...cell}
      value={value}
      length="short"
      n={null}
      origin={{
        query: { ...cell.origin.query, end_time: goal.path.at(-1)?.day ?? null },
        cell: target.dimension ? { [target.dimension]: target.segment } : {},
        comparison: "target",
      }}
    />
  );
  const ahead = cell.value === null || !levels ? null : cell.value - levels.planned;
  const facts: [string, ReactNode][] = [
    [
      t("target.elapsed"),
      `${formatPercent(period.days_passed / period.days, locale, 1)} (${period.days_passed}/${period.days})`,
    ],
    [t("target.planned"), levels ? amount(levels.planned, "short") : NO_VALUE],
    [t("target.aheadBy"), ahead === null ? NO_VALUE : amount(ahead, "short")],
    [t("home.gap"), amount(goal.gap, "short")],
    [
      t("target.needed", { days: period.days - period.days_passed }),
      goal.needed === null ? NO_VALUE : amount(goal.needed, "short"),
    ],
    [t("targets.floor"), level(target.floor)],
    [t("targets.target"), level(target.target)],
    [t("targets.stretch"), level(target.stretch)],
  ];
  return (
    <>
      <div className="target-now">
        <MetricNumber {...cell} length="short" />
        {levels && (
          <Attained
            value={cell.value}
            target={levels.target}
            planned={levels.planned}
            direction={cell.direction}
          />
        )}
      </div>
      <dl className="target-facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {goal.path.length > 0 && (
        <PathChart
          goal={goal}
          height={240}
          text={(value) => amount(value, "short")}
          name={label(metric.label)}
        />
      )}
    </>
  );
}

type DayRow = PathDay & { own: number | null; row: number; actual: number | null };

/** What each day is planned to bring and brought; where its weight comes from. */
function Days({ goal, path, metric }: { goal: HomeGoal; path: TargetPath; metric: Metric }) {
  const { t, label, locale } = useText();
  const amount = useAmount(metric);
  const rows = dayRows(goal, path, metric.name);
  const money = (key: string, title: string, of: (row: DayRow) => number | null): TableColumn<DayRow> => ({
    key,
    title,
    align: "right",
    value: of,
    render: (row) => amount(of(row)),
  });
  const columns: TableColumn<DayRow>[] = [
    { key: "day", title: t("target.date"), value: (row) => row.day },
    {
      key: "share",
      title: t("target.share"),
      align: "right",
      value: (row) => row.share,
      render: (row) => formatPercent(row.share, locale, 2),
    },
    money("own", t("target.plannedDay"), (row) => row.own),
    {
      key: "actual",
      title: t("target.actualDay"),
      align: "right",
      value: (row) => row.actual,
      render: (row) =>
        row.row < 0 ? NO_VALUE : <MetricNumber {...cellOf(goal.daily, metric.name, row.row)} />,
    },
    money("planned", t("target.plannedUntil"), (row) => row.planned),
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
