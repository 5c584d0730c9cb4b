import { expect, it } from "vitest";
import {
  comparisonsOf,
  dayOf,
  filterOf,
  filtersOf,
  filterText,
  readableFilter,
  sharedSearch,
  whereOf,
} from "./filters";

it("writes and reads filters whatever their values hold", () => {
  const filter = { dimension: "order__channel", values: ["a~b", "天猫", "x,y&z"] };
  const params = new URLSearchParams();
  params.append("f", filterText(filter));
  expect(filtersOf(new URLSearchParams(params.toString()))).toEqual([filter]);
});

it("reads back the clauses that it writes, and no others", () => {
  for (const values of [["web"], ["O'Brien", "x, y", "天猫"]]) {
    for (const kind of ["categorical", "entity"] as const) {
      const filter = { dimension: "order__channel", values };
      expect(filterOf(whereOf(filter, kind))).toEqual(filter);
    }
  }
  for (const clause of [
    "order__channel = 'web'",
    "{{ Dimension('a') }} = 'x' OR 1 = 1",
    "{{ Dimension('a') }} > 3",
  ]) {
    expect(filterOf(clause)).toBeNull();
  }
});

it("quotes values in where clauses", () => {
  expect(whereOf({ dimension: "order__channel", values: ["O'Brien"] }, "categorical")).toBe(
    "{{ Dimension('order__channel') }} = 'O''Brien'",
  );
  expect(whereOf({ dimension: "store", values: ["S01", "S02"] }, "entity")).toBe(
    "{{ Entity('store') }} IN ('S01', 'S02')",
  );
});

it("compares with the previous period unless told otherwise", () => {
  expect(comparisonsOf(new URLSearchParams(""))).toEqual(["previous"]);
  expect(comparisonsOf(new URLSearchParams("compare="))).toEqual([]);
  expect(comparisonsOf(new URLSearchParams("compare=target,year_ago,nonsense"))).toEqual([
    "year_ago",
    "target",
  ]);
});

it("keeps only shared parameters for links", () => {
  expect(sharedSearch(new URLSearchParams("m=a&date=2025-01-01&f=x~y"))).toBe("?date=2025-01-01&f=x%7Ey");
});

it("reads filters in words", () => {
  const names: Record<string, string> = { order__is_counted: "计入统计", order__channel: "渠道" };
  const words = {
    and: "且",
    or: "或",
    not: "不是",
    in: "属于",
    true: "是",
    false: "否",
    "is null": "为空",
    "is not null": "不为空",
  };
  const valueName = (dimension: unknown, value: unknown) =>
    dimension === "store" && value === "S01" ? "禾木旗舰店" : String(value);
  const read = (text: string) => readableFilter(text, (name) => names[name] ?? name, valueName, words);
  expect(
    read("{{ Dimension('order__is_counted') }} = true AND {{ Dimension('order__channel') }} = 'R AND D'"),
  ).toBe("计入统计 = 是 且 渠道 = R AND D");
  expect(read("{{ Dimension('order__channel') }} IN ('直播', 'O''Neil')")).toBe("渠道 属于 (直播, O'Neil)");
  expect(read("store = 'S01'")).toBe("store = 禾木旗舰店");
  expect(read("(order__is_counted <> true OR order__channel IS NULL)")).toBe("(计入统计 ≠ 是 或 渠道 为空)");
});

it("falls back to the data's last day when the URL names none", () => {
  expect(dayOf(new URLSearchParams("date=2025-02-30"), "2025-12-31")).toBe("2025-12-31");
  expect(dayOf(new URLSearchParams("date=nonsense"), null)).toBeNull();
  expect(dayOf(new URLSearchParams("date=2025-11-11"), "2025-12-31")).toBe("2025-11-11");
});
