import { expect, it } from "vitest";
import type { Why, WhyFactor, WhySegment } from "@/api/types";
import { effectOf, mixOf, overlapOf, rateOf, stepsOf } from "./why-parts";

const label = { zh: "转化率", en: "Conversion" };
const cell = { query: {}, metric: "conversion", cell: {} } as unknown as NonNullable<
  WhySegment["cell_before"]
>;
const side = (value: number) => ({ start: "2025-10-01", end: "2025-10-31", where: [], value, cell });
const why = {
  metric: "conversion",
  label,
  format: "percent",
  unit: null,
  before: side(0.1),
  after: side(0.12),
  difference: 0.02,
  dimensions: [],
  segments: [],
  factors: null,
} as unknown as Why;
const segment = (parts: Partial<WhySegment>): WhySegment =>
  ({
    kind: "value",
    elements: [],
    share: null,
    rate: null,
    mix: null,
    cell_before: cell,
    cell_after: cell,
    ...parts,
  }) as WhySegment;
const nameOf = (one: WhySegment) => one.kind;

it("tells the weights that rate and mix were worked out with", () => {
  // A segment with a third of the visitors before and half of them after, at 6 % and then 10 %.
  const [w0, w1, r0, r1] = [1 / 3, 1 / 2, 0.06, 0.1];
  const rate = ((w0 + w1) / 2) * (r1 - r0);
  const mix = (w1 - w0) * ((r0 + r1) / 2 - 0.11);
  const one = segment({ before: r0, after: r1, rate, mix, effect: rate + mix });
  expect(rateOf(why, one, "")?.inputs.at(-1)?.value).toBeCloseTo(5 / 12, 12);
  expect(mixOf(why, one, "")?.inputs[0]?.value).toBeCloseTo(1 / 6, 12);
  expect(effectOf(why, one, nameOf)?.inputs.map(({ part, computed }) => [part, computed?.kind])).toEqual([
    ["rate", "rate_effect"],
    ["mix", "mix_effect"],
  ]);
});

it("tells no weight where the rates do not move or there is none", () => {
  const still = segment({ before: 0.1, after: 0.1, rate: 0, mix: 0.001, effect: 0.001 });
  expect(rateOf(why, still, "")?.inputs.at(-1)?.value).toBeNull();
  const gone = segment({ before: 0.1, after: null, rate: 0, mix: -0.001, effect: -0.001 });
  expect(rateOf(why, gone, "")?.inputs.at(-1)?.value).toBeNull();
  expect(mixOf(why, gone, "")?.inputs[0]?.value).toBeCloseTo(0.1, 12);
});

it("works an overlap out of the whole and all segments", () => {
  const own = segment({ before: 3, after: 5, effect: 2 });
  const overlap = segment({
    kind: "overlap",
    before: -1,
    after: 2,
    effect: 3,
    cell_before: null,
    cell_after: null,
  });
  const distinct = { ...why, segments: [own, overlap] };
  expect(overlapOf(distinct, "before", nameOf)?.inputs.map(({ value }) => value)).toEqual([0.1, 3]);
  expect(effectOf(distinct, overlap, nameOf)?.inputs.map(({ value }) => value)).toEqual([0.02, 2]);
});

it("opens a factor into its own values and what it makes up, down to the difference", () => {
  const factor = (name: string, method: WhyFactor["method"], parts: WhyFactor[] = []): WhyFactor =>
    ({
      metric: name,
      label,
      format: "count",
      unit: null,
      method,
      parts,
      before: 1,
      after: 2,
      effect: 0.01,
      cell_before: cell,
      cell_after: cell,
    }) as unknown as WhyFactor;
  const inner = factor("sum", "sum", [factor("a", "whole"), factor("b", "whole")]);
  const found = stepsOf({ ...why, factors: factor("root", "log_mean", [inner, factor("c", "whole")]) });
  expect(found.map(({ effect }) => effect?.kind)).toEqual(["factor_sum", "factor_sum", "factor_log_mean"]);
  const above = found[0]?.effect?.inputs.find(({ part }) => part === "above")?.computed;
  expect(above?.kind).toBe("factor_log_mean");
  expect(above?.inputs.find(({ part }) => part === "above")?.computed?.kind).toBe("difference");
});
