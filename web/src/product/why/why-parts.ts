import type { Direction, LineageRequest, Why, WhyFactor, WhySegment, WhySide } from "@/api/types";
import type { NumberOrigin } from "@/product/answer/answer";
import {
  type Computed,
  type ComputedInput,
  computed,
  type Measured,
  requestOf,
} from "@/product/computed/computed";

type WhyCell = WhySide["cell"];

/** Green or red by whether the change is favourable; arrows and signs say it too. */
export function tone(effect: number, direction: Direction): string {
  if (effect === 0 || direction === "band") return "tone-flat";
  return effect > 0 === (direction === "higher") ? "tone-good" : "tone-bad";
}

export function originOf(cell: WhyCell): NumberOrigin {
  return { query: cell.query, cell: {} };
}

/** The number that is explained. */
function whole(why: Why): Measured {
  return { metric: why.metric, value: why.after.value, format: why.format, unit: why.unit };
}

function opening(of: Measured, cell: WhyCell | null): LineageRequest | undefined {
  return cell ? requestOf({ ...of, origin: originOf(cell) }) : undefined;
}

/** The difference that is explained: after − before. */
export function differenceOf(why: Why): Computed | null {
  const of = whole(why);
  return computed("difference", of, why.difference, [
    { part: "actual", value: why.after.value, number: opening(of, why.after.cell) },
    { part: "base", value: why.before.value, number: opening(of, why.before.cell) },
  ]);
}

/** A factor that is not split further, with how its effect is worked out. */
export type Step = { factor: WhyFactor; effect: Computed | null };

export function stepsOf(why: Why): Step[] {
  return why.factors ? leaves(why, why.factors, differenceOf(why)) : [];
}

function leaves(why: Why, factor: WhyFactor, effect: Computed | null): Step[] {
  if (factor.parts.length === 0) return [{ factor, effect }];
  return factor.parts.flatMap((part) => leaves(why, part, factorEffect(why, part, factor, effect)));
}

const FACTOR_KINDS = {
  sum: "factor_sum",
  log_mean: "factor_log_mean",
  log_mean_limit: "factor_log_mean_limit",
  shapley: "factor_shapley",
  whole: null,
  unsplit: null,
} as const;

/** A factor's part of the effect of what it makes up. */
function factorEffect(why: Why, factor: WhyFactor, above: WhyFactor, effect: Computed | null) {
  const kind = FACTOR_KINDS[above.method];
  if (!kind) return null;
  const inputs: ComputedInput[] = [
    { part: "factor_after", ...factorSide(factor, "after") },
    { part: "factor_before", ...factorSide(factor, "before") },
    { part: "above", of: above.label, value: above.effect, computed: effect ?? undefined },
    { part: "above_after", ...factorSide(above, "after") },
    { part: "above_before", ...factorSide(above, "before") },
  ];
  return computed(kind, whole(why), factor.effect, inputs, factor.label);
}

function factorSide(factor: WhyFactor, side: "before" | "after"): Omit<ComputedInput, "part"> {
  const { metric, label, format, unit } = factor;
  const value = factor[side];
  const number = opening({ metric, format, unit, value }, factor[`cell_${side}`]);
  return { of: label, value, number, style: { format, unit } };
}

type NameOf = (segment: WhySegment) => string;

/** A segment's part of the difference. */
export function effectOf(why: Why, segment: WhySegment, nameOf: NameOf): Computed | null {
  const of = whole(why);
  const name = nameOf(segment);
  if (segment.kind === "overlap")
    return computed("overlap_effect", of, segment.effect, beside(why, nameOf), name);
  if (segment.rate === null) return computed("segment_effect", of, segment.effect, sides(why, segment), name);
  const inputs: ComputedInput[] = [
    { part: "rate", value: segment.rate, computed: rateOf(why, segment, name) ?? undefined },
    { part: "mix", value: segment.mix, computed: mixOf(why, segment, name) ?? undefined },
  ];
  return computed("ratio_effect", of, segment.effect, inputs, name);
}

/** The whole difference, and what all segments but the overlap make of it. */
function beside(why: Why, nameOf: NameOf): ComputedInput[] {
  const others = why.segments.filter((one) => one.kind !== "overlap");
  const effects = others.map((one): ComputedInput => {
    // The effects of a ratio open beside it; within it they would make the link too long.
    const inner = one.rate === null ? effectOf(why, one, nameOf) : null;
    return { part: "effect", name: nameOf(one), value: one.effect, computed: inner ?? undefined };
  });
  return [
    { part: "difference", value: why.difference, computed: differenceOf(why) ?? undefined },
    ...effects,
  ];
}

/** What a segment's effect is of the whole difference. */
export function shareOf(why: Why, segment: WhySegment, nameOf: NameOf): Computed | null {
  const inputs: ComputedInput[] = [
    { part: "effect", value: segment.effect, computed: effectOf(why, segment, nameOf) ?? undefined },
    { part: "difference", value: why.difference, computed: differenceOf(why) ?? undefined },
  ];
  return computed("effect_share", whole(why), segment.share, inputs, nameOf(segment));
}

/** What is counted in several segments on one side: the whole less all segments. */
export function overlapOf(why: Why, side: "before" | "after", nameOf: NameOf): Computed | null {
  const of = whole(why);
  const overlap = why.segments.find((one) => one.kind === "overlap");
  const others = why.segments.filter((one) => one.kind !== "overlap");
  return computed("overlap", of, overlap?.[side], [
    { part: `whole_${side}`, value: why[side].value, number: opening(of, why[side].cell) },
    ...others.map(
      (one): ComputedInput => ({
        part: `segment_${side}`,
        name: nameOf(one),
        value: one[side],
        number: opening(of, one[`cell_${side}`]),
      }),
    ),
  ]);
}

/** What a segment's own ratio did to the whole. */
export function rateOf(why: Why, segment: WhySegment, name: string): Computed | null {
  const inputs: ComputedInput[] = [
    ...sides(why, segment),
    { part: "weight", value: weightsOf(why, segment).mean },
  ];
  return computed("rate_effect", whole(why), segment.rate, inputs, name);
}

/** What a segment's changed share of the denominator did to the whole. */
export function mixOf(why: Why, segment: WhySegment, name: string): Computed | null {
  const of = whole(why);
  const inputs: ComputedInput[] = [
    { part: "weight_change", value: weightsOf(why, segment).change },
    ...sides(why, segment),
    { part: "whole_after", value: why.after.value, number: opening(of, why.after.cell) },
    { part: "whole_before", value: why.before.value, number: opening(of, why.before.cell) },
  ];
  return computed("mix_effect", of, segment.mix, inputs, name);
}

function sides(why: Why, segment: WhySegment): ComputedInput[] {
  const of = whole(why);
  return [
    { part: "segment_after", value: segment.after, number: opening(of, segment.cell_after) },
    { part: "segment_before", value: segment.before, number: opening(of, segment.cell_before) },
  ];
}

/** A segment's share of the denominator, as its rate and mix tell it; null where they do not. */
function weightsOf(why: Why, { before, after, rate, mix }: WhySegment) {
  const middle = mean(before, after);
  const average = mean(why.before.value, why.after.value);
  const off = middle === null || average === null ? null : middle - average;
  const moved = before === null || after === null ? null : after - before;
  return { mean: ratio(rate, moved, middle), change: ratio(mix, off, average) };
}

/** The mean of two values, or the only one. */
function mean(one: number | null, other: number | null): number | null {
  if (one === null || other === null) return one ?? other;
  return (one + other) / 2;
}

/** One over the other; null where the other is nothing but rounding beside the size of what it is made of. */
function ratio(one: number | null, other: number | null, size: number | null): number | null {
  const isClear = other !== null && Math.abs(other) > 1e-9 * Math.abs(size ?? 0);
  return one === null || !isClear ? null : one / other;
}
