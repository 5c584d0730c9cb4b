import type { Metric, TargetKey } from "@/api/types";
import { formatValue } from "@/lib/format";
import { useText } from "@/lib/use-text";
import { MetricNumber } from "@/product/number/Metric";
import { useProject } from "@/product/project/api";
import { originOfTarget } from "./key";

/** Writes amounts of a metric in full. */
export function useAmount(metric: Metric | undefined): (value: number | null) => string {
  const { locale } = useText();
  const currency = useProject().data?.currency;
  return (value) =>
    formatValue(value, { locale, currency, format: metric?.format ?? "number", unit: metric?.unit });
}

type AmountProps = { metric: Metric | undefined; of: TargetKey; value: number | null };

/** A level of a target in force; opens who set it, when and why. */
export function Amount({ metric, of, value }: AmountProps) {
  return (
    <MetricNumber
      metric={of.metric}
      label={metric?.label}
      value={value}
      format={metric?.format ?? "number"}
      unit={metric?.unit}
      origin={originOfTarget(of)}
    />
  );
}
