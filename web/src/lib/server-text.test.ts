import { afterEach, expect, it } from "vitest";
import { serverText, setServerTexts } from "./server-text";

afterEach(() => setServerTexts({}));

it("fills the values into the page's language and leaves what it does not know", () => {
  setServerTexts({
    "there is no metric `{name}`": "没有指标 {name}",
    "{file} is empty": "{file} 是空文件",
    "line {line} is not {encoding} text": "第 {line} 行不是 {encoding} 编码的文字",
  });
  expect(serverText("there is no metric `gmv`")).toBe("没有指标 gmv");
  expect(serverText("订单 (1).csv is empty")).toBe("订单 (1).csv 是空文件");
  expect(serverText("line 7 is not utf-8 text")).toBe("第 7 行不是 utf-8 编码的文字");
  expect(serverText("line 7 is odd")).toBe("line 7 is odd");
});

it("prefers the more specific of two texts that fit", () => {
  setServerTexts({ "{a} is {b}": "general", "import {a} is {b}, not committed": "specific" });
  expect(serverText("import 3 is undone, not committed")).toBe("specific");
});
