import { Alert, Button, InputNumber, Segmented, Select } from "antd";
import { type ClipboardEvent, useMemo, useState } from "react";
import { Link, useSearchParams } from "react-router";
import type { Metric, Target } from "@/api/types";
import { formatValue } from "@/lib/format";
import { useText } from "@/lib/use-text";
import { useCatalogue, useDimensionValues } from "@/product/catalogue/api";
import { MetricSelect } from "@/product/catalogue/MetricSelect";
import { useValueName } from "@/product/catalogue/use-value-name";
import { cellText } from "@/product/filters/filters";
import { useProject } from "@/product/project/api";
import { useTargets } from "@/product/target/api";
import { PageHeader } from "@/ui/PageHeader";
import { Panel } from "@/ui/Panel";
import { ProblemView } from "@/ui/ProblemView";
import { useSaveTargets } from "./api";
import {
  type Cells,
  cellKey,
  changedCells,
  type GridGrain,
  monthsOf,
  paste,
  periodsOf,
  readNumber,
  readTsv,
  sumOf,
  wrongCells,
} from "./grid";
import { ReasonInput } from "./ReasonInput";
import { Rejected } from "./Rejected";
import "./grid.css";

const GRAINS = ["month", "week", "day"] as const;

/** Targets as a spreadsheet: one row per segment, one column per month, week or day; paste from Excel, undo, then save. */
export function TargetGridPage() {
  const { t, label } = useText();
  const [params, setParams] = useSearchParams();
  const metrics = useCatalogue().data?.metrics ?? [];
  const asOf = useProject().data?.as_of;
  const metric = metrics.find((one) => one.name === (params.get("metric") ?? "paid_amount")) ?? metrics[0];
  const dimension = params.get("dimension") ?? "store";
  const year = Number(params.get("year") ?? asOf?.slice(0, 4) ?? new Date().getFullYear());
  const grain = GRAINS.find((one) => one === params.get("grain")) ?? "month";
  const month = Math.min(12, Math.max(1, Number(params.get("month") ?? asOf?.slice(5, 7) ?? 1) || 1));
  const periods = useMemo(() => periodsOf(grain, year, month), [grain, year, month]);
  const targets = useTargets();
  const values = useDimensionValues(dimension, metric?.name, "");
  const put = (name: string, value: string) =>
    setParams((now) => {
      now.set(name, value);
      return now;
    });
  const dimensions = (metric?.dimensions ?? []).filter((one) => one.kind !== "time");
  return (
    <>
      <PageHeader title={t("grid.title")} trail={<Link to="/targets">{t("targets.title")}</Link>} />
      <div className="row" style={{ marginBottom: 12 }}>
        <MetricSelect
          metrics={metrics}
          label={t("targets.metric")}
          style={{ minWidth: 200 }}
          value={metric?.name}
          onChange={(value) => put("metric", value)}
        />
        <Select<string>
          aria-label={t("targets.dimension")}
          style={{ minWidth: 140 }}
          value={dimension}
          onChange={(value) => put("dimension", value)}
          options={dimensions.map((one) => ({ value: one.name, label: label(one.label) || one.name }))}
        />
        <InputNumber
          aria-label={t("grid.year")}
          min={2000}
          max={2100}
          value={year}
          onChange={(value) => value && put("year", String(value))}
        />
        <Segmented<GridGrain>
          aria-label={t("grid.grain")}
          value={grain}
          onChange={(value) => put("grain", value)}
          options={GRAINS.map((value) => ({ value, label: t(`grid.${value}s`) }))}
        />
        {grain === "day" && (
          <Select<number>
            aria-label={t("grid.month")}
            style={{ width: 120 }}
            value={month}
            onChange={(value) => put("month", String(value))}
            options={monthsOf(year).map((name, index) => ({ value: index + 1, label: name }))}
          />
        )}
      </div>
      <Panel query={targets} height={360}>
        {(list) => (
          <Panel query={values} height={360}>
            {(known) =>
              metric && (
                <Grid
                  key={`${metric.name}/${dimension}/${periods[0]}/${grain}`}
                  metric={metric}
                  dimension={dimension}
                  periods={periods}
                  list={list}
                  known={known.map(cellText)}
                />
              )
            }
          </Panel>
        )}
      </Panel>
    </>
  );
}

type GridProps = { metric: Metric; dimension: string; periods: string[]; list: Target[]; known: string[] };

function Grid({ metric, dimension, periods, list, known }: GridProps) {
  const { t } = useText();
  const nameOf = useValueName();
  const own = useMemo(
    () => list.filter((one) => one.metric === metric.name && periods.includes(one.period)),
    [list, metric.name, periods],
  );
  const saved = useMemo(() => savedCells(own, dimension), [own, dimension]);
  const segments = useMemo(() => {
    const stored = own.filter((one) => one.dimension === dimension).map((one) => one.segment ?? "");
    return [...new Set([...known, ...stored])].sort();
  }, [own, known, dimension]);
  const [edits, setEdits] = useState<Cells[]>([]);
  const [outside, setOutside] = useState(0);
  const [reason, setReason] = useState("");
  const save = useSaveTargets();
  const cells = edits.at(-1) ?? saved;
  const wrong = wrongCells(cells);
  const changed = changedCells(cells, saved);
  const company = new Map(own.filter((one) => !one.dimension).map((one) => [one.period, one.target]));
  const change = (next: Cells) => setEdits((now) => [...now, next]);
  const onPaste = (event: ClipboardEvent, row: number, column: number) => {
    const block = readTsv(event.clipboardData.getData("text/plain"));
    if (block.length === 1 && block[0]?.length === 1) return;
    event.preventDefault();
    const done = paste(cells, { row, column }, block, segments, periods);
    change(done.cells);
    setOutside(done.outside);
  };
  const submit = () => {
    const rows = changed.map((key) => {
      const [segment = "", period = ""] = key.split("\u0000");
      const old = own.find(
        (one) => one.dimension === dimension && one.segment === segment && one.period === period,
      );
      const target = readNumber(cells[key] ?? "") ?? "";
      return {
        metric: metric.name,
        dimension,
        segment,
        period,
        target,
        reason,
        ...keptLevels(old, Number(target), metric),
      };
    });
    save.mutate({ targets: rows }, { onSuccess: (report) => report.rejected.length === 0 && setEdits([]) });
  };
  return (
    <>
      <div className="grid-scroll">
        <table className="grid">
          <caption className="visually-hidden">{t("grid.title")}</caption>
          <thead>
            <tr>
              <th scope="col">{t("targets.segment")}</th>
              {periods.map((period) => (
                <th key={period} scope="col">
                  {period}
                </th>
              ))}
              <th scope="col">{t("grid.total")}</th>
            </tr>
          </thead>
          <tbody>
            {segments.map((segment, row) => (
              <tr key={segment}>
                <th scope="row">{nameOf(dimension, segment)}</th>
                {periods.map((period, column) => {
                  const key = cellKey(segment, period);
                  return (
                    <td key={period} className={cellClass(wrong.has(key), changed.includes(key))}>
                      <input
                        aria-label={`${segment} ${period}`}
                        aria-invalid={wrong.has(key)}
                        title={wrong.has(key) ? t("grid.notNumber") : undefined}
                        value={cells[key] ?? ""}
                        inputMode="decimal"
                        onChange={(event) => change({ ...cells, [key]: event.target.value })}
                        onPaste={(event) => onPaste(event, row, column)}
                      />
                    </td>
                  );
                })}
                <Total
                  metric={metric}
                  texts={periods.map((period) => cells[cellKey(segment, period)] ?? "")}
                />
              </tr>
            ))}
          </tbody>
          <tfoot>
            <Totals metric={metric} periods={periods} segments={segments} cells={cells} company={company} />
          </tfoot>
        </table>
      </div>
      {wrong.size > 0 && <Alert type="error" showIcon title={t("grid.wrong", { count: wrong.size })} />}
      {outside > 0 && <Alert type="warning" showIcon title={t("grid.outside", { count: outside })} />}
      {save.isError && <ProblemView error={save.error} />}
      {save.data && save.data.rejected.length > 0 && <Rejected report={save.data} />}
      {save.data && save.data.rejected.length === 0 && changed.length === 0 && (
        <Alert type="success" showIcon title={t("grid.saved", { count: save.data.accepted })} />
      )}
      <div className="row grid-actions">
        <ReasonInput value={reason} onChange={setReason} />
        <Button disabled={edits.length === 0} onClick={() => setEdits((now) => now.slice(0, -1))}>
          {t("grid.undo")}
        </Button>
        <Button
          type="primary"
          loading={save.isPending}
          disabled={changed.length === 0 || wrong.size > 0 || reason.trim() === ""}
          onClick={submit}
        >
          {t("grid.save", { count: changed.length })}
        </Button>
      </div>
    </>
  );
}

function Total({ metric, texts }: { metric: Metric; texts: string[] }) {
  return (
    <td className="grid-total">
      <Amount metric={metric} value={adds(metric) ? totalOf(texts) : null} />
    </td>
  );
}

/** The sum of what is filled in; null where nothing is. */
function totalOf(texts: string[]): number | null {
  return texts.some((text) => text.trim() !== "") ? sumOf(texts) : null;
}

type TotalsProps = {
  metric: Metric;
  periods: string[];
  segments: string[];
  cells: Cells;
  company: Map<string, number>;
};

/** Sum of the segments, the company's own target, and the difference of the two, by month. */
function Totals({ metric, periods, segments, cells, company }: TotalsProps) {
  const { t } = useText();
  if (!adds(metric)) return null;
  const sums = periods.map((period) =>
    totalOf(segments.map((segment) => cells[cellKey(segment, period)] ?? "")),
  );
  const wholes = periods.map((period) => company.get(period) ?? null);
  const differences = sums.map((sum, index) => {
    const whole = wholes[index] ?? null;
    return sum === null || whole === null ? null : Math.round((sum - whole) * 10_000) / 10_000;
  });
  const known = (values: (number | null)[]) =>
    values.some((value) => value !== null)
      ? values.reduce<number>((sum, value) => sum + (value ?? 0), 0)
      : null;
  const line = (name: string, values: (number | null)[]) => (
    <tr>
      <th scope="row">{name}</th>
      {values.map((value, index) => (
        <td key={periods[index]}>
          <Amount metric={metric} value={value} />
        </td>
      ))}
      <td>
        <Amount metric={metric} value={known(values)} />
      </td>
    </tr>
  );
  return (
    <>
      {line(t("grid.total"), sums)}
      {line(t("targets.whole"), wholes)}
      {line(t("grid.difference"), differences)}
    </>
  );
}

function Amount({ metric, value }: { metric: Metric; value: number | null }) {
  const { locale } = useText();
  const currency = useProject().data?.currency;
  return (
    <>{formatValue(value, { locale, currency, format: metric.format, unit: metric.unit, length: "full" })}</>
  );
}

/** Sums make sense for amounts and counts only. */
function adds(metric: Metric): boolean {
  return metric.format === "money" || metric.format === "count";
}

function savedCells(list: Target[], dimension: string): Cells {
  const stored = list.filter((one) => one.dimension === dimension);
  return Object.fromEntries(
    stored.map((one) => [cellKey(one.segment ?? "", one.period), String(one.target)]),
  );
}

/** Floor and stretch keep their distance in percent when only the target is changed. */
function keptLevels(old: Target | undefined, target: number, metric: Metric) {
  const digits = metric.format === "money" ? 2 : metric.format === "count" ? 0 : 6;
  const scale = (level: number | null | undefined) =>
    old && level !== null && level !== undefined && old.target !== 0
      ? String(Number(((level / old.target) * target).toFixed(digits)))
      : null;
  return { floor: scale(old?.floor), stretch: scale(old?.stretch) };
}

function cellClass(wrong: boolean, changed: boolean): string | undefined {
  return wrong ? "grid-wrong" : changed ? "grid-changed" : undefined;
}
