/** What is defined: metrics, schemes, datasets, and the names of values. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { Topic } from "@/api/changes";
import { api, dataOf } from "@/api/client";

/** A new source brings labels and datasets along. */
const DEFINED: { standsOn: Topic[] } = { standsOn: ["data"] };

export function useCatalogue() {
  return useQuery({
    meta: DEFINED,
    queryKey: ["catalogue", "metrics"],
    queryFn: () => dataOf(api.GET("/metrics")),
  });
}

export function useMetricDetail(name: string, enabled = true) {
  return useQuery({
    meta: DEFINED,
    queryKey: ["catalogue", "metrics", name],
    enabled: enabled && name !== "",
    queryFn: () => dataOf(api.GET("/metrics/{name}", { params: { path: { name } } })),
  });
}

export function useSchemes() {
  return useQuery({
    meta: DEFINED,
    queryKey: ["catalogue", "schemes"],
    queryFn: () => dataOf(api.GET("/schemes")),
    select: (body) => body.schemes,
  });
}

export function useDatasets() {
  return useQuery({
    meta: DEFINED,
    queryKey: ["catalogue", "datasets"],
    queryFn: () => dataOf(api.GET("/datasets")),
    select: (body) => body.datasets,
  });
}

/** Names of dimension values that have one, by dimension and value. */
export function useValueNames() {
  return useQuery({
    meta: DEFINED,
    queryKey: ["catalogue", "names"],
    queryFn: () => dataOf(api.GET("/names")),
    select: (body) => body.names,
  });
}

export function useDimensionValues(name: string | null, metric: string | undefined, search: string) {
  return useQuery({
    meta: DEFINED,
    queryKey: ["catalogue", "values", name, metric, search],
    enabled: name !== null,
    placeholderData: keepPreviousData,
    queryFn: () =>
      dataOf(
        api.GET("/dimensions/{name}/values", {
          params: { path: { name: name ?? "" }, query: { metric, search: search || undefined, limit: 100 } },
        }),
      ),
    select: (body) => body.values,
  });
}
