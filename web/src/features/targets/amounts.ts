import { useProject } from "@/api/queries";
import type { Metric } from "@/api/types";
import { formatValue, type Length } from "@/lib/format";
import { useText } from "@/lib/use-text";

/** Writes amounts of a metric, in full unless a shorter form is asked for. */
export function useAmount(metric: Metric | undefined): (value: number | null, length?: Length) => string {
  const { locale } = useText();
  const currency = useProject().data?.currency;
  return (value, length = "full") =>
    formatValue(value, { locale, currency, format: metric?.format ?? "number", unit: metric?.unit, length });
}
