import type { Direction, WhyFactor } from "@/api/types";

/** Green or red by whether the change is favourable; arrows and signs say it too. */
export function tone(effect: number, direction: Direction): string {
  if (effect === 0 || direction === "band") return "tone-flat";
  return effect > 0 === (direction === "higher") ? "tone-good" : "tone-bad";
}

/** The factors that are not split further. */
export function leaves(factor: WhyFactor): WhyFactor[] {
  return factor.parts.length === 0 ? [factor] : factor.parts.flatMap(leaves);
}
