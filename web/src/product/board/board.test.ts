import { expect, it } from "vitest";
import type { BoardPanel, Dimension } from "@/api/types";
import {
  clearOverrides,
  heightOf,
  isOverridden,
  moved,
  panelQuestion,
  placed,
  screensOf,
  withPanel,
} from "./board";

const channel: Dimension = {
  name: "order__channel",
  label: { zh: "渠道", en: "Channel" },
  kind: "categorical",
};
const store: Dimension = { name: "store", label: { zh: "店铺", en: "Store" }, kind: "entity" };
const dimensions = (metric: string) => (metric === "visits" ? [store] : [store, channel]);

function panelOf(part: Partial<BoardPanel> & { metrics?: string[] } = {}): BoardPanel {
  const { metrics = ["paid"], ...rest } = part;
  return {
    title: "",
    view: "number",
    period: null,
    query: {
      metrics,
      group_by: [],
      where: ["{{ Dimension('order__is_paid') }} = 'true'"],
      start_time: "2025-01-01",
      end_time: "2025-01-31",
      order: [],
      limit: null,
      compare: ["year_ago"],
    },
    x: 0,
    y: 0,
    w: 3,
    h: 4,
    ...rest,
  };
}

it("asks a panel's own question when the address says nothing", () => {
  const panel = panelOf();
  const asked = panelQuestion(panel, new URLSearchParams(), "2025-11-12", dimensions);
  expect(asked).toEqual({ query: panel.query, left: [] });
});

it("settles a relative period at the business day, the board's before the panel's", () => {
  const panel = panelOf({ period: "month_to_date" });
  const days = (text: string) => {
    const { query } = panelQuestion(panel, new URLSearchParams(text), "2025-11-12", dimensions);
    return `${query.start_time}..${query.end_time}`;
  };
  expect(days("")).toBe("2025-11-01..2025-11-12");
  expect(days("p=last_7_days")).toBe("2025-11-06..2025-11-12");
  expect(days("p=nonsense")).toBe("2025-11-01..2025-11-12");
});

it("adds the address's filters and names those that a metric does not have", () => {
  const params = new URLSearchParams("f=order__channel~web&f=store~S01&compare=");
  const paid = panelQuestion(panelOf(), params, "2025-11-12", dimensions);
  expect(paid.query.where).toEqual([
    "{{ Dimension('order__is_paid') }} = 'true'",
    "{{ Dimension('order__channel') }} = 'web'",
    "{{ Entity('store') }} = 'S01'",
  ]);
  expect(paid.query.compare).toEqual([]);
  const visits = panelQuestion(panelOf({ metrics: ["visits"] }), params, "2025-11-12", dimensions);
  expect(visits.left).toEqual([{ dimension: "order__channel", values: ["web"] }]);
  expect(visits.query.where).toHaveLength(2);
});

it("knows and clears what the address changes", () => {
  const params = new URLSearchParams("p=last_day&f=store~S01&version=2");
  expect(isOverridden(params)).toBe(true);
  clearOverrides(params);
  expect([...params.keys()]).toEqual(["version"]);
  expect(isOverridden(params)).toBe(false);
});

const places = (panels: Pick<BoardPanel, "x" | "y">[]) => panels.map(({ x, y }) => [x, y]);

it("places panels side by side while they fit", () => {
  const wide = { w: 8, h: 7, x: 0, y: 0 };
  const small = { w: 4, h: 4, x: 0, y: 0 };
  expect(places(placed([small, small, small, wide, small, small]))).toEqual([
    [0, 0],
    [4, 0],
    [8, 0],
    [0, 4],
    [8, 4],
    [0, 11],
  ]);
});

it("moves a panel within the order and not beyond it", () => {
  expect(moved(["a", "b", "c"], 0, 2)).toEqual(["b", "c", "a"]);
  expect(moved(["a", "b", "c"], 2, 0)).toEqual(["c", "a", "b"]);
  expect(moved(["a", "b", "c"], 0, -1)).toEqual(["a", "b", "c"]);
  expect(moved(["a", "b", "c"], 2, 9)).toEqual(["a", "b", "c"]);
});

it("puts a new panel beside the last of its height, else below", () => {
  const first = withPanel([], panelOf());
  const second = withPanel(first, panelOf());
  const third = withPanel(second, panelOf({ view: "line", w: 6 }));
  expect(places(third)).toEqual([
    [0, 0],
    [3, 0],
    [0, 3],
  ]);
  expect(third.map((panel) => panel.h)).toEqual([3, 3, 7]);
});

it("gives panels the rows that their content takes", () => {
  const { query } = panelOf();
  const over = (metrics: string[], group_by: string[]) => ({ ...query, metrics, group_by });
  expect(heightOf({ view: "number", w: 3, query: over(["a", "b"], []) })).toBe(7);
  expect(heightOf({ view: "number", w: 12, query: over(["a", "b"], []) })).toBe(4);
  const compared = { ...query, compare: ["previous", "year_ago", "target"] };
  expect(heightOf({ view: "number", w: 3, query: compared })).toBe(4);
  expect(heightOf({ view: "line", w: 6, query: over(["a", "b"], ["metric_time__day"]) })).toBe(9);
  expect(heightOf({ view: "table", w: 6, query: over(["a", "b"], ["metric_time__day"]) })).toBe(7);
});

it("splits a tall board into screens and cuts what is taller than one", () => {
  const at = (y: number, h: number) => panelOf({ y, h });
  expect(screensOf([], 16)).toEqual([]);
  const screens = screensOf([at(0, 4), at(4, 7), at(11, 7), at(18, 24)], 16);
  expect(screens.map((screen) => screen.map(({ y, h }) => [y, h]))).toEqual([
    [
      [0, 4],
      [4, 7],
    ],
    [[0, 7]],
    [[0, 16]],
  ]);
});
