import { expect, test } from "vitest";

import { inert, toTsv } from "@/lib/tsv";

test("formulas are copied as texts, numbers as numbers", () => {
  for (const cell of [
    "=1+1",
    "+cmd",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "＝1+1",
    "＋1",
    "－1",
    "＠x",
    "-",
    "+86 138",
  ]) {
    expect(inert(cell)).toBe(`'${cell}`);
  }
  for (const cell of ["", "x=1", "5", "-5", "+5", "-12.50", "-1.5e-3", "-3.2%", "2025-01-01", "订单"]) {
    expect(inert(cell)).toBe(cell);
  }
  expect(
    toTsv(
      ["a", "=b"],
      [
        ["＝1", -5],
        [null, "x\ty"],
      ],
    ),
  ).toBe("a\t'=b\n'＝1\t-5\n\tx y");
});
