/** From an answer to a chart: the kind follows from the shape, the option from both. */
import type { EChartsCoreOption } from "echarts/core";
import type { Answer } from "@/api/types";
import { formatPeriod, formatValue, type Locale, type NumberStyle } from "@/lib/format";
import { type ColumnAt, columnsOf, numberOf } from "./answer";

export const CHART_KINDS = ["line", "bar", "stack", "heat", "none"] as const;
export type ChartKind = (typeof CHART_KINDS)[number];

export type ChartText = {
  locale: Locale;
  currency: string | undefined;
  label: (column: ColumnAt) => string;
  others: (count: number) => string;
};

/** A chart and the way back from its points to rows of the answer. */
export type ChartPlan = {
  kind: Exclude<ChartKind, "none">;
  option: EChartsCoreOption;
  height: number;
  /** Row and metric behind a point; null for points that are not a metric's own value. */
  pointOf: (seriesId: string, dataIndex: number) => { row: number; metric: string } | null;
  /** Segments that did not fit. */
  left: number;
};

const MAX_SERIES = 8;
/** Id of the series that holds the segments beyond; no segment is called so. */
const OTHERS = "\0others";
const MAX_BARS = 30;
const PALETTE = ["#1c5fd4", "#e0872b", "#2a9d8f", "#9b5de5", "#c2485b", "#7a8b2e", "#3aa0d8", "#8d6e63"];
const ROW_HEIGHT = 26;
const LEGEND_HEIGHT = 36;
const MIN_PANEL = 80;
const TEXT = { fontSize: 12, color: "#5c6370", fontFamily: "inherit" };

/** Kinds that make sense for the shape; the first is the one chosen. */
export function kindsFor(answer: Answer): ChartKind[] {
  const hasTime = columnsOf(answer, "time").length > 0;
  const dimensions = columnsOf(answer, "dimension").length;
  const metrics = columnsOf(answer, "metric").length;
  if (metrics === 0 || answer.rows.length === 0) return ["none"];
  if (hasTime && dimensions === 0) return answer.rows.length > 2 ? ["line", "bar", "none"] : ["bar", "none"];
  if (hasTime && dimensions === 1) return ["line", "stack", "heat", "none"];
  if (!hasTime && dimensions === 1) return ["bar", "none"];
  if (!hasTime && dimensions === 2) return ["heat", "none"];
  return ["none"];
}

/** Whether adding a metric's segments up means something. */
export function stackable(column: ColumnAt): boolean {
  return column.format === "money" || column.format === "count";
}

/** Plans a chart; with a height in px, panels over time share it instead of having their own. */
export function planChart(
  answer: Answer,
  kind: ChartKind,
  text: ChartText,
  height: number | null = null,
): ChartPlan | null {
  const time = columnsOf(answer, "time")[0];
  const dimensions = columnsOf(answer, "dimension");
  const metrics = columnsOf(answer, "metric");
  const [first, second] = dimensions;
  const [metric] = metrics;
  if (kind === "none" || !metric || answer.rows.length === 0) return null;
  if (kind === "heat") {
    const x = time ?? second;
    return x && first ? heatMap(answer, x, first, metric, text) : null;
  }
  if (time && first) return segmentsOverTime(answer, time, first, metric, kind, text, height);
  if (time) return metricsOverTime(answer, time, metrics, kind, text, height);
  if (first) return bars(answer, first, metrics, text, height);
  return null;
}

function styleOf(column: ColumnAt, text: ChartText): NumberStyle {
  return { locale: text.locale, format: column.format, unit: column.unit, currency: text.currency };
}

function axisStyle(column: ColumnAt, text: ChartText) {
  const style = { ...styleOf(column, text), length: "axis" as const };
  return {
    axisLabel: { ...TEXT, formatter: (value: number) => formatValue(value, style) },
    splitLine: { lineStyle: { color: "#f0f1f3" } },
  };
}

function timeAxis(values: string[]) {
  return {
    type: "category",
    data: values,
    axisLabel: { ...TEXT, hideOverlap: true },
    axisTick: { show: false },
    axisLine: { lineStyle: { color: "#cfd3da" } },
  };
}

function valueFormatter(column: ColumnAt, text: ChartText) {
  return (value: unknown) => formatValue(typeof value === "number" ? value : null, styleOf(column, text));
}

const TOOLTIP = { trigger: "axis", textStyle: { fontSize: 12 }, confine: true, appendTo: "body" };
const LEGEND = {
  top: 0,
  left: 0,
  type: "scroll",
  textStyle: TEXT,
  itemWidth: 14,
  itemHeight: 8,
  icon: "roundRect",
};

/** Lines with comparisons show their own dashes in the legend. */
const LINE_LEGEND = { ...LEGEND, icon: undefined, itemWidth: 24 };

/** Lengths of dashes and gaps in px. */
const DASHES: Record<string, number[]> = {
  previous: [4, 3],
  year_ago: [9, 4],
  year_ago_weekday: [9, 3, 2, 3],
  year_ago_lunar: [5, 2, 2, 2],
  promotion: [14, 3],
  target: [1.5, 3],
};

function comparisonSeries(answer: Answer, metric: ColumnAt, text: ChartText) {
  return columnsOf(answer, "comparison")
    .filter((column) => column.metric === metric.name && ["value", "target"].includes(column.measure ?? ""))
    .map((column) => ({
      id: column.name,
      name: text.label(column),
      data: answer.rows.map((row) => numberOf(row[column.index])),
      type: "line",
      symbol: "none",
      lineStyle: {
        type: DASHES[column.comparison?.split(":")[0] ?? ""] ?? DASHES.previous,
        width: 1.5,
        opacity: 0.75,
      },
    }));
}

/** One panel per metric, stacked with a shared time axis: no second axis that invents a relation. */
function metricsOverTime(
  answer: Answer,
  time: ColumnAt,
  metrics: ColumnAt[],
  kind: ChartKind,
  text: ChartText,
  height: number | null,
): ChartPlan {
  const shown = metrics.slice(0, 4);
  const gap = 44;
  const own = shown.length === 1 ? 240 : 140;
  const panel = height === null ? own : Math.max(MIN_PANEL, (height - LEGEND_HEIGHT) / shown.length - gap);
  const labels = answer.rows.map((row) => formatPeriod(String(row[time.index]), time.grain));
  const series = shown.flatMap((metric, at) => [
    {
      id: metric.name,
      name: text.label(metric),
      type: kind === "bar" ? "bar" : "line",
      data: answer.rows.map((row) => numberOf(row[metric.index])),
      xAxisIndex: at,
      yAxisIndex: at,
      color: PALETTE[at],
      symbol: "circle",
      symbolSize: answer.rows.length > 60 ? 0 : 5,
      barMaxWidth: 32,
      lineStyle: { width: 2 },
      tooltip: { valueFormatter: valueFormatter(metric, text) },
    },
    ...comparisonSeries(answer, metric, text).map((one) => ({
      ...one,
      xAxisIndex: at,
      yAxisIndex: at,
      color: PALETTE[at],
      tooltip: { valueFormatter: valueFormatter(metric, text) },
    })),
  ]);
  return {
    kind: kind === "bar" ? "bar" : "line",
    left: metrics.length - shown.length,
    height: LEGEND_HEIGHT + shown.length * (panel + gap),
    option: {
      animation: false,
      color: PALETTE,
      aria: { enabled: true },
      legend: kind === "line" ? LINE_LEGEND : LEGEND,
      tooltip: TOOLTIP,
      axisPointer: { link: [{ xAxisIndex: "all" }] },
      grid: shown.map((_, at) => ({
        left: 72,
        right: 16,
        top: LEGEND_HEIGHT + at * (panel + gap),
        height: panel,
      })),
      xAxis: shown.map((_, at) => ({ ...timeAxis(labels), gridIndex: at })),
      yAxis: shown.map((metric, at) => ({
        type: "value",
        gridIndex: at,
        splitNumber: 3,
        scale: kind === "line",
        ...axisStyle(metric, text),
      })),
      series,
    },
    pointOf: (id, index) => (shown.some((metric) => metric.name === id) ? { row: index, metric: id } : null),
  };
}

type Segment = { name: string; rows: Map<string, number>; weight: number };

/** Rows by segment, largest first; the segments beyond `limit` are only counted. */
function segmentsOf(answer: Answer, segment: ColumnAt, x: ColumnAt, metric: ColumnAt, limit: number) {
  const found = new Map<string, Segment>();
  answer.rows.forEach((row, at) => {
    const name = String(row[segment.index] ?? "—");
    const one = found.get(name) ?? { name, rows: new Map<string, number>(), weight: 0 };
    one.rows.set(String(row[x.index]), at);
    one.weight += Math.abs(numberOf(row[metric.index]) ?? 0);
    found.set(name, one);
  });
  const sorted = [...found.values()].sort((one, other) => other.weight - one.weight);
  return {
    shown: sorted.slice(0, limit),
    rest: sorted.slice(limit),
    left: Math.max(0, sorted.length - limit),
  };
}

function distinct(answer: Answer, column: ColumnAt): string[] {
  const values = [...new Set(answer.rows.map((row) => String(row[column.index])))];
  return column.role === "time" ? values.sort() : values;
}

function segmentsOverTime(
  answer: Answer,
  time: ColumnAt,
  segment: ColumnAt,
  metric: ColumnAt,
  kind: ChartKind,
  text: ChartText,
  height: number | null,
): ChartPlan {
  const points = distinct(answer, time);
  const { shown, rest, left } = segmentsOf(answer, segment, time, metric, MAX_SERIES);
  const valueAt = (row: number | undefined): number | null =>
    row === undefined ? null : numberOf(answer.rows[row]?.[metric.index]);
  const stacked = kind === "stack" || kind === "bar";
  const series = shown.map((one) => ({
    id: one.name,
    name: one.name,
    data: points.map((point) => valueAt(one.rows.get(point))),
  }));
  // A stack reads as a total, so what did not fit stays in it as one part.
  if (stacked && left > 0) {
    const sum = (point: string) =>
      rest.reduce((total, one) => total + (valueAt(one.rows.get(point)) ?? 0), 0);
    series.push({ id: OTHERS, name: text.others(left), data: points.map(sum) });
  }
  return {
    kind: stacked ? "stack" : "line",
    left: stacked ? 0 : left,
    height: Math.max(MIN_PANEL + LEGEND_HEIGHT, height ?? 340),
    option: {
      animation: false,
      color: PALETTE,
      aria: { enabled: true },
      legend: LEGEND,
      tooltip: { ...TOOLTIP, valueFormatter: valueFormatter(metric, text) },
      grid: { left: 72, right: 16, top: LEGEND_HEIGHT, bottom: 28 },
      xAxis: timeAxis(points.map((point) => formatPeriod(point, time.grain))),
      yAxis: { type: "value", splitNumber: 4, ...axisStyle(metric, text) },
      series: series.map((one) => ({
        ...one,
        type: stacked ? "bar" : "line",
        stack: stacked ? "all" : undefined,
        color: one.id === OTHERS ? "#c5c9d1" : undefined,
        barMaxWidth: 36,
        symbolSize: points.length > 60 ? 0 : 4,
      })),
    },
    pointOf: (id, index) => {
      const row = shown.find((one) => one.name === id)?.rows.get(points[index] ?? "");
      return row === undefined ? null : { row, metric: metric.name };
    },
  };
}

/** Horizontal bars; each metric has its own panel side by side unless they share a format. */
function bars(
  answer: Answer,
  segment: ColumnAt,
  metrics: ColumnAt[],
  text: ChartText,
  room: number | null,
): ChartPlan {
  const rows = answer.rows.slice(0, MAX_BARS);
  const names = rows.map((row) => String(row[segment.index] ?? "—"));
  const shown = metrics.slice(0, 3);
  const roomy = Math.min(room ?? 0, 48 + rows.length * 2 * ROW_HEIGHT);
  const height = Math.max(160, 48 + rows.length * ROW_HEIGHT, roomy);
  const labelWidth = 18;
  const panel = (100 - labelWidth) / shown.length;
  return {
    kind: "bar",
    left: answer.rows.length - rows.length,
    height,
    option: {
      animation: false,
      color: PALETTE,
      aria: { enabled: true },
      tooltip: { ...TOOLTIP, axisPointer: { type: "shadow" } },
      title: shown.map((metric, at) => ({
        text: text.label(metric),
        left: `${labelWidth + at * panel}%`,
        top: 0,
        textStyle: { ...TEXT, fontWeight: 500 },
      })),
      grid: shown.map((_, at) => ({
        left: `${labelWidth + at * panel}%`,
        width: `${panel - 8}%`,
        top: 28,
        bottom: 8,
      })),
      xAxis: shown.map((metric, at) => ({
        type: "value",
        gridIndex: at,
        splitNumber: 2,
        ...axisStyle(metric, text),
        axisLabel: { show: false },
      })),
      yAxis: shown.map((_, at) => ({
        ...timeAxis(names),
        gridIndex: at,
        inverse: true,
        axisLabel: { ...TEXT, show: at === 0, width: 140, overflow: "truncate" },
      })),
      series: shown.map((metric, at) => ({
        id: metric.name,
        name: text.label(metric),
        type: "bar",
        xAxisIndex: at,
        yAxisIndex: at,
        barMaxWidth: 16,
        label: {
          show: true,
          position: "right",
          ...TEXT,
          formatter: ({ value }: { value: unknown }) =>
            formatValue(typeof value === "number" ? value : null, {
              ...styleOf(metric, text),
              length: "short",
            }),
        },
        data: rows.map((row) => numberOf(row[metric.index])),
        tooltip: { valueFormatter: valueFormatter(metric, text) },
      })),
    },
    pointOf: (id, index) => ({ row: index, metric: id }),
  };
}

function heatMap(answer: Answer, x: ColumnAt, y: ColumnAt, metric: ColumnAt, text: ChartText): ChartPlan {
  const columns = distinct(answer, x);
  const { shown, left } = segmentsOf(answer, y, x, metric, MAX_BARS);
  const points: { value: [number, number, number]; row: number }[] = [];
  shown.forEach((one, atRow) => {
    columns.forEach((column, atColumn) => {
      const row = one.rows.get(column);
      const value = row === undefined ? null : numberOf(answer.rows[row]?.[metric.index]);
      if (row !== undefined && value !== null) points.push({ value: [atColumn, atRow, value], row });
    });
  });
  const names = columns.map((value) => (x.role === "time" ? formatPeriod(value, x.grain) : value));
  const values = points.map((point) => point.value[2]);
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const style = styleOf(metric, text);
  const written = (value: number) => formatValue(value, { ...style, length: "short" });
  return {
    kind: "heat",
    left,
    height: Math.max(200, 72 + shown.length * ROW_HEIGHT),
    option: {
      animation: false,
      aria: { enabled: true },
      tooltip: {
        textStyle: { fontSize: 12 },
        formatter: ({ data }: { data: { value: [number, number, number] } }) =>
          `${shown[data.value[1]]?.name} · ${names[data.value[0]]}\n${formatValue(data.value[2], style)}`,
      },
      grid: { left: 140, right: 16, top: 8, bottom: 56 },
      xAxis: timeAxis(names),
      yAxis: {
        ...timeAxis(shown.map((one) => one.name)),
        inverse: true,
        axisLabel: { ...TEXT, width: 128, overflow: "truncate" },
      },
      visualMap: {
        min: least,
        max: most,
        text: [written(most), written(least)],
        orient: "horizontal",
        left: "center",
        bottom: 0,
        itemHeight: 120,
        itemWidth: 10,
        inRange: { color: ["#eef4fe", "#1c5fd4"] },
        textStyle: TEXT,
        formatter: written,
      },
      series: [
        {
          id: metric.name,
          type: "heatmap",
          data: points,
          itemStyle: { borderColor: "#fff", borderWidth: 1 },
        },
      ],
    },
    pointOf: (_, index) => {
      const point = points[index];
      return point ? { row: point.row, metric: metric.name } : null;
    },
  };
}
