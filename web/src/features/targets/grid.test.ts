import { describe, expect, it } from "vitest";
import { cellKey, changedCells, paste, periodsOf, readNumber, readTsv, sumOf, wrongCells } from "./grid";

describe("readNumber", () => {
  it.each([
    ["1,234.50", "1234.5"],
    ["¥1.2万", "12000"],
    ["0.3亿", "30000000"],
    ["12.5%", "0.125"],
    ["-3", "-3"],
    [".5", "0.5"],
    ["0", "0"],
    ["123456789012345678.1234", "123456789012345678.1234"],
    [" ", ""],
  ])("reads %s", (text, expected) => expect(readNumber(text)).toBe(expected));
  it.each(["many", "1.2.3", "=1+1", "1e5", "一万", "-"])("refuses %s", (text) =>
    expect(readNumber(text)).toBeNull(),
  );
});

describe("paste", () => {
  const segments = ["S01", "S02"];
  const periods = ["2025-01", "2025-02"];
  it("fills from the cell on and counts what does not fit", () => {
    const { cells, outside } = paste(
      {},
      { row: 1, column: 0 },
      readTsv("1\t2\t3\r\n4\t\r\n"),
      segments,
      periods,
    );
    expect(cells).toEqual({ [cellKey("S02", "2025-01")]: "1", [cellKey("S02", "2025-02")]: "2" });
    expect(outside).toBe(2);
  });
  it("keeps text as an error of its cell", () => {
    const { cells } = paste({}, { row: 0, column: 0 }, [["n/a", "5"]], segments, periods);
    expect([...wrongCells(cells)]).toEqual([cellKey("S01", "2025-01")]);
    expect(changedCells(cells, { [cellKey("S01", "2025-02")]: "5.00" })).toEqual([]);
  });
});

it("adds without binary rounding", () => expect(sumOf(["0.1", "0.2", "1万", "x", ""])).toBe(10000.3));

describe("periodsOf", () => {
  it.each([
    ["month", 2025, 1, 12, "2025-01", "2025-12"],
    ["week", 2025, 1, 52, "2025-W01", "2025-W52"],
    // 2026 begins on a Thursday.
    ["week", 2026, 1, 53, "2026-W01", "2026-W53"],
    ["day", 2024, 2, 29, "2024-02-01", "2024-02-29"],
  ] as const)("lists the %ss of %i, month %i", (grain, year, month, count, first, last) => {
    const periods = periodsOf(grain, year, month);
    expect([periods.length, periods[0], periods.at(-1)]).toEqual([count, first, last]);
  });
});
