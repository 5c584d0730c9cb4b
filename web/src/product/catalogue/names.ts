import { useText } from "@/lib/use-text";
import { useCatalogue, useDatasets } from "./api";
import { useSegmentDimensions } from "./dimensions";

/** What a dataset is called in the language of the page; an unknown one keeps its code. */
export function useDatasetName(): (name: string) => string {
  const { label } = useText();
  const datasets = useDatasets().data;
  return (name) => label(datasets?.find((one) => one.name === name)?.label) || name;
}

export function useMetricName(): (name: string) => string {
  const { label } = useText();
  const metrics = useCatalogue().data?.metrics;
  return (name) => label(metrics?.find((one) => one.name === name)?.label) || name;
}

/** What a dimension is called, with or without the grain or path in its code. */
export function useDimensionName(): (name: string) => string {
  const { t, label } = useText();
  const dimensions = useSegmentDimensions();
  return (name) => {
    if (name.startsWith("metric_time")) return t("lineage.time");
    return label(dimensions.find((one) => one.name === name)?.label) || name;
  };
}
