/**
 * Numbers that pages show beside measured ones and that are worked out of them: what each is worked out of, how it
 * is written, and what opens it.
 */
import type { HomeGoal, LineageRequest, MetricFormat } from "@/api/types";
import type { Label } from "@/lib/label";
import { pack, unpack } from "@/lib/url";
import { type Compared, lineageQuery, type NumberOrigin } from "@/product/answer/answer";
import { rangeOfPeriod } from "@/product/period/period";

/** Search parameter that holds the computed numbers that are open, the top one last; a link with it opens them. */
export const COMPUTED_PARAM = "computed";

/** How a number is written: as its metric is, as a signed difference of it, or in its own way. */
export type Written = "metric" | "difference" | "percent" | "days" | "score";

/** Every way in which a number is worked out; its words are the messages `computed.*` and `formula.*`. */
export const COMPUTED_KINDS = {
  attainment: "percent",
  elapsed: "percent",
  planned: "metric",
  planned_rate: "metric",
  gap: "metric",
  needed: "metric",
  ahead: "difference",
  change: "percent",
  difference: "difference",
  used: "percent",
  day_planned: "metric",
  until_planned: "metric",
  cascade_sum: "metric",
  cascade_difference: "difference",
  segment_effect: "difference",
  ratio_effect: "difference",
  rate_effect: "difference",
  mix_effect: "difference",
  overlap: "metric",
  overlap_effect: "difference",
  factor_sum: "difference",
  factor_log_mean: "difference",
  factor_log_mean_limit: "difference",
  factor_shapley: "difference",
  effect_share: "percent",
  expected: "metric",
  expected_change: "percent",
  by_market: "metric",
  unexplained: "difference",
  score_sum: "score",
  score_change: "score",
} as const satisfies Record<string, Written>;
export type ComputedKind = keyof typeof COMPUTED_KINDS;

/** What numbers are worked out of; its words are the messages `part.*`. */
export const PARTS = {
  actual: "metric",
  base: "metric",
  target: "metric",
  planned: "metric",
  budget: "metric",
  share: "percent",
  until: "percent",
  days: "days",
  days_passed: "days",
  days_left: "days",
  child: "metric",
  sum: "metric",
  parent: "metric",
  effect: "difference",
  difference: "difference",
  rate: "difference",
  mix: "difference",
  segment_after: "metric",
  segment_before: "metric",
  whole_after: "metric",
  whole_before: "metric",
  weight: "percent",
  weight_change: "percent",
  factor_after: "metric",
  factor_before: "metric",
  above: "difference",
  above_after: "metric",
  above_before: "metric",
  periods: "days",
  expected: "metric",
  year_ago: "metric",
  market: "percent",
  platform: "metric",
  ours: "metric",
  reason: "difference",
  contribution: "score",
  score: "score",
  before: "score",
} as const satisfies Record<string, Written>;
export type Part = keyof typeof PARTS;

/** One number that another is worked out of, with what opens it where something does. */
export type ComputedInput = {
  part: Part;
  value: number | null;
  /** Instead of the part's own word, where many are of one kind. */
  name?: string;
  /** Before the part's word: of what it is, where that is not the computed number's own metric. */
  of?: Label;
  /** How it is written, where it is of another metric. */
  style?: { format: MetricFormat; unit: string | null };
  number?: LineageRequest;
  computed?: Computed;
};

export type Computed = {
  kind: ComputedKind;
  /** Null where it is about no metric: a score. */
  metric: string | null;
  format: MetricFormat | null;
  unit: string | null;
  value: number;
  inputs: ComputedInput[];
  /** What of the metric it is about: a segment, a factor. */
  name?: Label | string;
};

/** A measured number with what opens it. */
export type Measured = {
  metric: string | null;
  value: number | null;
  format: MetricFormat | null;
  unit?: string | null;
  origin?: NumberOrigin | null;
};

export const packComputed: (computed: Computed) => string = pack;

/** The computed number of a link; null when the text is damaged. */
export function unpackComputed(text: string | null): Computed | null {
  const parsed = unpack<Computed>(text);
  const isKnown = typeof parsed?.kind === "string" && Object.hasOwn(COMPUTED_KINDS, parsed.kind);
  if (!isKnown || typeof parsed.value !== "number" || !Array.isArray(parsed.inputs)) return null;
  return parsed.inputs.every((input) => Object.hasOwn(PARTS, input?.part ?? ""))
    ? (parsed as Computed)
    : null;
}

/** A number worked out of others; null, which opens nothing, where it has no value. */
export function computed(
  kind: ComputedKind,
  of: Measured,
  value: number | null | undefined,
  inputs: ComputedInput[],
  name?: Label | string,
): Computed | null {
  if (value === null || value === undefined) return null;
  return { kind, metric: of.metric, format: of.format, unit: of.unit ?? null, value, inputs, name };
}

/** What opens a measured number; with a comparison, what it is compared with. */
export function requestOf({ metric, origin }: Measured, comparison?: string): LineageRequest | undefined {
  if (!metric || !origin) return undefined;
  return {
    query: lineageQuery(origin.query),
    metric,
    cell: origin.cell,
    ...(comparison === undefined ? {} : { comparison }),
  };
}

/** How a value moved against what it is compared with: relative, or by how much where it is a share. */
export function movementOf(number: Measured, compared: Compared): Computed | null {
  const base: ComputedInput = { part: "base", value: compared.value };
  // A figure of the industry has no rows here.
  if (!compared.comparison.startsWith("benchmark")) base.number = requestOf(number, compared.comparison);
  const inputs = [actualOf(number), base];
  return number.format === "percent" || compared.change === null
    ? computed("difference", number, compared.difference, inputs)
    : computed("change", number, compared.change, inputs);
}

export function actualOf(number: Measured): ComputedInput {
  return { part: "actual", value: number.value, number: requestOf(number) };
}

/** A number on its way to a target: what is known of the target and its period. */
export type Goal = {
  target: number | null;
  planned?: number | null;
  days?: number | null;
  daysPassed?: number | null;
  /** The cell whose target it is; that of the number when absent. */
  origin?: NumberOrigin | null;
  /** Whether days sum to the period, else the target is to be held on every day alike; by the format when absent. */
  addsUp?: boolean;
};

/** The goal of one of the home page's blocks; its period's own range finds the target. */
export function goalOf(
  number: Measured,
  period: HomeGoal["period"],
  levels: HomeGoal["levels"],
  addsUp?: boolean,
): Goal {
  return {
    target: levels?.target ?? null,
    planned: levels?.planned ?? null,
    days: period.days,
    daysPassed: period.days_passed,
    origin: number.origin && overPeriod(number.origin, period.name),
    addsUp,
  };
}

/** The cell over a whole period instead of the days so far: what its target is found by. */
export function overPeriod(origin: NumberOrigin, period: string): NumberOrigin {
  const range = rangeOfPeriod(period);
  if (!range) return origin;
  return { ...origin, query: { ...origin.query, start_time: range.start, end_time: range.end } };
}

/** What a target's comparison says of one cell of an answer. */
export function goalIn(compared: Compared, days: number | null): Goal {
  const passed = days !== null && compared.elapsed !== null ? Math.round(compared.elapsed * days) : null;
  return { target: compared.value, planned: compared.planned, days, daysPassed: passed };
}

export type GoalKind = "attainment" | "elapsed" | "planned" | "gap" | "needed" | "ahead";

/** One of the numbers that stand between a value and its target. */
export function towards(
  kind: GoalKind,
  number: Measured,
  goal: Goal,
  value: number | null | undefined,
): Computed | null {
  const target = targetOf(number, goal);
  const actual = actualOf(number);
  const left = goal.days != null && goal.daysPassed != null ? goal.days - goal.daysPassed : null;
  switch (kind) {
    case "attainment":
      return computed(kind, number, value, [actual, target]);
    case "gap":
      return computed(kind, number, value, [target, actual]);
    case "needed":
      return computed(kind, number, value, [target, actual, { part: "days_left", value: left }]);
    case "elapsed":
      return computed(kind, number, value, [
        { part: "days_passed", value: goal.daysPassed ?? null },
        { part: "days", value: goal.days ?? null },
      ]);
    case "planned":
      return plannedOf(number, goal, value);
    case "ahead": {
      const planned = plannedOf(number, goal, goal.planned) ?? undefined;
      return computed(kind, number, value, [
        actual,
        { part: "planned", value: goal.planned ?? null, computed: planned },
      ]);
    }
  }
}

/** The target of a goal, which opens who set it. */
export function targetOf(number: Measured, goal: Goal): ComputedInput {
  const origin = goal.origin ?? number.origin;
  return { part: "target", value: goal.target, number: requestOf({ ...number, origin }, "target") };
}

/** What the path plans by now: the share of the days passed; of a rate the target itself. */
function plannedOf(number: Measured, goal: Goal, value: number | null | undefined): Computed | null {
  const target = targetOf(number, goal);
  const addsUp = goal.addsUp ?? (number.format === "money" || number.format === "count");
  if (!addsUp) {
    return computed("planned_rate", number, value, [target]);
  }
  const share = goal.target && value != null ? value / goal.target : null;
  return computed("planned", number, value, [target, { part: "until", value: share }]);
}
