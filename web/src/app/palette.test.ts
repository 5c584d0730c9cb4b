import { expect, it } from "vitest";
import { loadPinyin } from "@/lib/pinyin";
import { type Command, type Group, sectionsOf } from "./palette";

const command = (key: string, group: Group, text: string, words: string[] = []): Command => ({
  key,
  group,
  text,
  words,
  run: () => undefined,
});

const commands = [
  command("import", "action", "导入文件", ["Import a file"]),
  command("language", "action", "English"),
  command("/metrics", "page", "指标"),
  command("board:1", "board", "每日净收入"),
  command("metric:net", "metric", "净支付", ["Net revenue", "净收入"]),
  command("metric:paid", "metric", "支付金额", ["Paid amount"]),
  command("metric:orders", "metric", "支付订单数"),
];

const keys = (typed: string, recent: string[] = [], pinyin: Parameters<typeof sectionsOf>[3] = null) =>
  sectionsOf(commands, typed, recent, pinyin).map(({ group, commands: found }) => [
    group,
    ...found.map((one) => one.key),
  ]);

it("shows what was used last before anything is typed, and nothing twice", () => {
  expect(keys("")).toEqual([
    ["action", "import", "language"],
    ["page", "/metrics"],
    ["board", "board:1"],
  ]);
  expect(keys("", ["metric:paid", "gone", "import"])).toEqual([
    ["recent", "metric:paid", "import"],
    ["action", "language"],
    ["page", "/metrics"],
    ["board", "board:1"],
  ]);
});

it("orders groups by their best match and commands by match, then by recency", () => {
  expect(keys("净收入")).toEqual([
    ["metric", "metric:net"],
    ["board", "board:1"],
  ]);
  expect(keys("支付", ["metric:orders"])).toEqual([["metric", "metric:orders", "metric:paid", "metric:net"]]);
});

it("finds by pinyin, and nothing where nothing matches", async () => {
  const pinyin = await loadPinyin();
  expect(keys("jsr", [], pinyin)).toEqual([
    ["metric", "metric:net"],
    ["board", "board:1"],
  ]);
  expect(keys("daoru", [], pinyin)).toEqual([["action", "import"]]);
  expect(keys("xyzzy", [], pinyin)).toEqual([]);
});
