import { expect, it } from "vitest";
import type { Preview } from "@/api/types";
import { type Column, choicesOf, mappingOf, storedAs, wordsOf } from "./mapping";

const preview = {
  columns: [{ header: "状态", samples: [], kind: "text" }],
  rows: [["交易成功"], [" 交易成功 "], [""], ["自定义"]],
  mapping: [
    {
      header: "状态",
      column: "status",
      confidence: 0.9,
      why: "",
      sample: "",
      format: null,
      unit: null,
      values: { a: "paid" },
    },
  ],
} as unknown as Preview;
const status = { name: "status", values: { 交易成功: "confirmed", 待付款: "placed" } } as unknown as Column;

it("lays choices over proposals and takes them back", () => {
  const chosen = mappingOf(preview, { 状态: { column: "device", values: { b: "closed" } } });
  expect(chosen).toEqual([
    { header: "状态", column: "device", format: null, unit: null, values: { a: "paid", b: "closed" } },
  ]);
  const request = { dataset: "orders", source: null, format: {}, mapping: chosen, remember: true } as never;
  expect(mappingOf(preview, choicesOf(request))).toEqual(chosen);
});

it("knows what the words of a file are stored as", () => {
  expect(wordsOf(preview, "状态")).toEqual(["交易成功", "自定义"]);
  expect(storedAs("交易成功", status, {})).toBe("confirmed");
  expect(storedAs("交易成功", status, { 交易成功: "paid" })).toBe("paid");
  expect(storedAs("placed", status, {})).toBe("placed");
  expect(storedAs("自定义", status, {})).toBeNull();
});
