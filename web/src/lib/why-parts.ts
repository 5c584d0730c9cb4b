import type { Direction, LineageRequest, Why, WhyFactor, WhySide } from "@/api/types";
import type { NumberOrigin } from "./answer";
import { type Computed, computed, type Measured, requestOf } from "./computed";

/** Green or red by whether the change is favourable; arrows and signs say it too. */
export function tone(effect: number, direction: Direction): string {
  if (effect === 0 || direction === "band") return "tone-flat";
  return effect > 0 === (direction === "higher") ? "tone-good" : "tone-bad";
}

/** The factors that are not split further. */
export function leaves(factor: WhyFactor): WhyFactor[] {
  return factor.parts.length === 0 ? [factor] : factor.parts.flatMap(leaves);
}

export function originOf(cell: NonNullable<WhyFactor["cell_before"]>): NumberOrigin {
  return { query: cell.query as LineageRequest["query"], cell: {} };
}

/** The number that is explained. */
export function whole(why: Why): Measured {
  return { metric: why.metric, value: why.after.value, format: why.format, unit: why.unit };
}

/** The difference that is explained: after − before. */
export function differenceOf(why: Why): Computed | null {
  const side = ({ cell }: WhySide) => requestOf({ ...whole(why), origin: originOf(cell) });
  return computed("difference", whole(why), why.difference, [
    { part: "actual", value: why.after.value, number: side(why.after) },
    { part: "base", value: why.before.value, number: side(why.before) },
  ]);
}
