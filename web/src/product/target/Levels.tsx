import { Fragment } from "react";
import type { HomeGoal } from "@/api/types";
import type { NumberOrigin } from "@/product/answer/answer";
import type { Measured } from "@/product/computed/computed";
import { MetricNumber } from "@/product/number/Metric";

type LevelsProps = {
  of: Measured;
  /** The cell over the whole period, by which the target is found. */
  origin: NumberOrigin | null | undefined;
  levels: NonNullable<HomeGoal["levels"]>;
};

/** Floor, target and stretch of a target, each with who set it behind it. */
export function Levels({ of, origin, levels }: LevelsProps) {
  return [levels.floor, levels.target, levels.stretch].map((value, index) => (
    // Three places in a fixed order.
    <Fragment key={index}>
      {index > 0 && " / "}
      <MetricNumber
        metric={of.metric}
        value={value}
        format={of.format}
        unit={of.unit}
        length="short"
        origin={origin && { ...origin, comparison: "target" }}
      />
    </Fragment>
  ));
}
