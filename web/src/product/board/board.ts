/** What a board's page computes: each panel's question under the page's filters, and where panels stand. */
import type { BoardPanel, BoardView, Dimension, QueryBody, RelativePeriod } from "@/api/types";
import { comparisonsOf, type Filter, filtersOf, whereOf } from "@/product/filters/filters";
import { RELATIVE_PERIODS, rangeOfRelative } from "@/product/period/period";

/** Search parameter with the period of the whole board. */
export const PERIOD_PARAM = "p";
export const COLUMNS = 12;
/** Widths on offer, in columns. */
export const WIDTHS = [3, 4, 6, 8, 12] as const;
/** Characters of a board's name or a panel's title. */
export const MAX_NAME = 80;

/** The width that suits a view when nobody chose one. */
export function widthOf(view: BoardView): number {
  return view === "number" ? 3 : 6;
}

/** The height that suits a panel, in rows of the grid. */
export function heightOf({ view, query, w }: Pick<BoardPanel, "view" | "query" | "w">): number {
  const metrics = query.metrics.length;
  if (view === "number" && metrics === 1) return query.compare.length > 2 ? 4 : 3;
  if (view === "number") return 1 + 3 * Math.ceil(metrics / Math.max(1, Math.floor(w / 2)));
  // Lines and bars over time have one panel per metric, above one another.
  const overTime = query.group_by.length === 1 && query.group_by[0]?.startsWith("metric_time") === true;
  return overTime && view !== "table" ? Math.max(7, 3 + 3 * Math.min(4, metrics)) : 7;
}

/** The period that the address sets for all panels. */
export function boardPeriodOf(params: URLSearchParams): RelativePeriod | null {
  return RELATIVE_PERIODS.find((one) => one === params.get(PERIOD_PARAM)) ?? null;
}

/** Whether the address changes what the panels ask by themselves. */
export function isOverridden(params: URLSearchParams): boolean {
  return [PERIOD_PARAM, "compare", "date", "f"].some((name) => params.has(name));
}

/** Drops what the address changes. */
export function clearOverrides(params: URLSearchParams): void {
  for (const name of [PERIOD_PARAM, "compare", "date", "f"]) params.delete(name);
}

export type PanelQuestion = {
  query: QueryBody;
  /** Filters of the page that a metric of the panel does not have. */
  left: Filter[];
};

/**
 * What a panel asks on a page: its own question, with the period and comparisons of the address instead of its own,
 * and the address's filters on top. `dimensions` are those of a metric.
 */
export function panelQuestion(
  panel: BoardPanel,
  params: URLSearchParams,
  day: string | null,
  dimensions: (metric: string) => Dimension[],
): PanelQuestion {
  const { query } = panel;
  const period = boardPeriodOf(params) ?? panel.period;
  const range = period && day ? rangeOfRelative(period, day) : null;
  const shared = (filter: Filter) =>
    query.metrics.every((metric) => dimensions(metric).some((one) => one.name === filter.dimension));
  const kindOf = (filter: Filter) =>
    dimensions(query.metrics[0] ?? "").find((one) => one.name === filter.dimension)?.kind;
  const filters = filtersOf(params);
  return {
    query: {
      ...query,
      start_time: range?.start ?? query.start_time,
      end_time: range?.end ?? query.end_time,
      compare: params.has("compare") ? comparisonsOf(params) : query.compare,
      where: [...query.where, ...filters.filter(shared).map((filter) => whereOf(filter, kindOf(filter)))],
    },
    left: filters.filter((filter) => !shared(filter)),
  };
}

/** Panels from the upper left to the lower right. */
export function inReadingOrder<T extends Pick<BoardPanel, "x" | "y">>(panels: T[]): T[] {
  return panels.toSorted((one, other) => one.y - other.y || one.x - other.x);
}

/** Places panels in the order given: side by side while they fit, then in the next row. */
export function placed<T extends Pick<BoardPanel, "x" | "y" | "w" | "h">>(panels: T[]): T[] {
  let x = 0;
  let y = 0;
  let row = 0;
  return panels.map((panel) => {
    if (x + panel.w > COLUMNS) {
      y += row;
      x = 0;
      row = 0;
    }
    const at = { ...panel, x, y };
    x += panel.w;
    row = Math.max(row, panel.h);
    return at;
  });
}

/** Moves one panel before or after others. */
export function moved<T>(panels: T[], from: number, to: number): T[] {
  const others = panels.toSpliced(from, 1);
  return others.toSpliced(Math.max(0, Math.min(others.length, to)), 0, ...panels.slice(from, from + 1));
}

/** The panels of a board with one more after the last, beside it where there is room. */
export function withPanel(panels: BoardPanel[], panel: Omit<BoardPanel, "x" | "y" | "h">): BoardPanel[] {
  const all = inReadingOrder(panels);
  const bottom = Math.max(0, ...all.map((one) => one.y + one.h));
  const last = all.at(-1);
  const h = heightOf(panel);
  const beside = last && last.x + last.w + panel.w <= COLUMNS && last.h === h;
  return [...all, { ...panel, h, x: beside ? last.x + last.w : 0, y: beside ? last.y : bottom }];
}

/**
 * Splits panels into screens of at most `rows` rows, each beginning at row 0; a panel that spans a border goes to the
 * next screen, a taller one is cut to fit.
 */
export function screensOf<T extends Pick<BoardPanel, "x" | "y" | "h">>(panels: T[], rows: number): T[][] {
  const screens: T[][] = [];
  let top = 0;
  for (const panel of inReadingOrder(panels)) {
    const h = Math.min(panel.h, rows);
    const fits = screens.length > 0 && panel.y + h - top <= rows;
    if (!fits) {
      screens.push([]);
      top = panel.y;
    }
    screens.at(-1)?.push({ ...panel, h, y: panel.y - top });
  }
  return screens;
}
