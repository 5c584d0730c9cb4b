import type { ReactNode } from "react";
import type { Why, WhyFactor, WhySegment, WhySide } from "@/api/types";
import { formatDifference } from "@/lib/format";
import { useText } from "@/lib/use-text";
import { ComputedNumber } from "@/product/computed/ComputedNumber";
import type { Computed } from "@/product/computed/computed";
import { MetricNumber } from "@/product/number/Metric";
import { useProject } from "@/product/project/api";
import { Waterfall } from "@/ui/Waterfall";
import { useSegmentName } from "./use-segment-name";
import { differenceOf, effectOf, originOf, stepsOf, tone } from "./why-parts";

type EffectProps = { why: Why; value: number; of: Computed | null };

/** An amount of the difference that is explained; opens how it is worked out. */
export function Effect({ why, value, of }: EffectProps) {
  const { locale } = useText();
  const currency = useProject().data?.currency;
  const style = { locale, currency, format: why.format, unit: why.unit, length: "short" } as const;
  return <ComputedNumber of={of}>{formatDifference(value, style)}</ComputedNumber>;
}

/** The whole difference, good or bad. */
export function Difference({ why }: { why: Why }) {
  return (
    <b className={tone(why.difference, why.direction)}>
      <Effect why={why} value={why.difference} of={differenceOf(why)} />
    </b>
  );
}

/** What a segment did to the whole. */
export function SegmentEffect({ why, segment }: { why: Why; segment: WhySegment }) {
  const nameOf = useSegmentName(why);
  return <Effect why={why} value={segment.effect} of={effectOf(why, segment, nameOf)} />;
}

/** The value of one side of what is explained. */
export function SideNumber({ why, side }: { why: Why; side: WhySide }) {
  return (
    <MetricNumber
      metric={why.metric}
      label={why.label}
      value={side.value}
      format={why.format}
      unit={why.unit}
      length="short"
      origin={originOf(side.cell)}
    />
  );
}

type FallProps = { why: Why; detail?: (factor: WhyFactor) => ReactNode };

/** The difference along the factors of the metric; nothing where it has none. */
export function FactorFall({ why, detail }: FallProps) {
  const { t, label } = useText();
  const steps = stepsOf(why);
  if (steps.length < 2) return null;
  const end = (name: string, side: WhySide) => ({
    name,
    value: side.value ?? 0,
    shown: <SideNumber why={why} side={side} />,
  });
  return (
    <Waterfall
      before={end(t("why.before"), why.before)}
      after={end(t("why.after"), why.after)}
      steps={steps.map(({ factor, effect }) => ({
        name: label(factor.label),
        effect: factor.effect,
        shown: <Effect why={why} value={factor.effect} of={effect} />,
        tone: tone(factor.effect, why.direction),
        detail: detail?.(factor),
      }))}
    />
  );
}
