import { useText } from "@/lib/use-text";
import { useDatasets } from "@/product/catalogue/api";
import { useSources } from "./api";

/** What the columns of a dataset are called. */
export function useColumnName(dataset: string | undefined): (name: string) => string {
  const { label } = useText();
  const columns = useDatasets().data?.find((one) => one.name === dataset)?.columns;
  return (name) => label(columns?.find((one) => one.name === name)?.label) || name;
}

export function useSourceName(): (name: string) => string {
  const { label } = useText();
  const sources = useSources().data;
  return (name) => label(sources?.find((one) => one.name === name)?.label) || name;
}
