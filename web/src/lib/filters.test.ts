import { expect, it } from "vitest";
import { comparisonsOf, filtersOf, filterText, sharedSearch, whereOf } from "./filters";

it("writes and reads filters whatever their values hold", () => {
  const filter = { dimension: "order__channel", values: ["a~b", "天猫", "x,y&z"] };
  const params = new URLSearchParams();
  params.append("f", filterText(filter));
  expect(filtersOf(new URLSearchParams(params.toString()))).toEqual([filter]);
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
