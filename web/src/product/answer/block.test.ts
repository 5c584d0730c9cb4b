import { expect, test } from "vitest";
import { runningTotal } from "./block";

test("a day without a value adds nothing to the running total", () => {
  expect(runningTotal([3, null, 4])).toEqual([3, 3, 7]);
});
