import { expect, it } from "vitest";
import { loadPinyin, search, searchRank, wordsOf } from "./pinyin";

const metric = (name: string, zh: string, en: string, synonyms: string[] = []) => ({
  name,
  label: { zh, en },
  synonyms,
});
const metrics = [
  metric("paid_amount", "支付金额", "Paid amount", ["成交金额", "GMV"]),
  metric("refund_amount", "退款金额", "Refund amount"),
  metric("net_revenue", "净支付", "Net revenue", ["净收入", "net sales"]),
  metric("buyers", "支付买家数", "Buyers"),
];

async function found(typed: string): Promise<string[]> {
  return search(metrics, typed, wordsOf, await loadPinyin()).map((one) => one.name);
}

it("finds a metric by name, English, code, synonym, pinyin and its initials", async () => {
  for (const typed of [
    "净支付",
    "净支",
    "jzf",
    "jingzhifu",
    "Net revenue",
    "net rev",
    "net_revenue",
    " NET ",
  ]) {
    expect(await found(typed), typed).toContain("net_revenue");
  }
  for (const typed of ["净收入", "jsr", "jingshouru", "jing shou ru", "shouru", "Net Sales"]) {
    expect(await found(typed), typed).toEqual(["net_revenue"]);
  }
  expect(await found("gmv")).toEqual(["paid_amount"]);
});

it("puts the best match first and keeps the order among equals", async () => {
  expect(await found("支付")).toEqual(["paid_amount", "buyers", "net_revenue"]);
  expect(await found("zf")).toEqual(["paid_amount", "buyers", "net_revenue"]);
  expect(await found("金额")).toEqual(["paid_amount", "refund_amount"]);
  expect(await found("")).toEqual(metrics.map((one) => one.name));
});

it("finds nothing where nothing matches, and letters alone while pinyin is loading", async () => {
  expect(await found("xyzzy")).toEqual([]);
  expect(await found("*[")).toEqual([]);
  expect(searchRank(["净收入"], "jsr", null)).toBeNull();
  expect(searchRank(["净收入"], "收入", null)).toBeCloseTo(2.003);
});
