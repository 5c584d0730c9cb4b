/** One hook per question the pages ask; keys are the question itself, so equal questions share an answer. */
import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, dataOf } from "./client";
import type { Cell, ImportRequest, LineageRequest, NewTarget, QueryBody } from "./types";

export function useProject() {
  return useQuery({ queryKey: ["project"], queryFn: () => dataOf(api.GET("/project")) });
}

export function useDatasets() {
  return useQuery({
    queryKey: ["datasets"],
    queryFn: () => dataOf(api.GET("/datasets")),
    select: (body) => body.datasets,
  });
}

export function useDatasetRows(name: string, offset: number, limit: number) {
  return useQuery({
    queryKey: ["dataset-rows", name, offset, limit],
    queryFn: () =>
      dataOf(api.GET("/datasets/{name}/rows", { params: { path: { name }, query: { offset, limit } } })),
    placeholderData: keepPreviousData,
  });
}

export function useImports(dataset: string | null, offset: number, limit: number) {
  return useQuery({
    queryKey: ["imports", dataset, offset, limit],
    queryFn: () =>
      dataOf(api.GET("/imports", { params: { query: { dataset: dataset ?? undefined, offset, limit } } })),
    placeholderData: keepPreviousData,
  });
}

export function useImport(id: string) {
  return useQuery({
    queryKey: ["import", id],
    queryFn: () => dataOf(api.GET("/imports/{id}", { params: { path: { id } } })),
  });
}

export function useUndoImport() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => dataOf(api.POST("/imports/{id}/undo", { params: { path: { id } } })),
    onSuccess: () => client.invalidateQueries(),
  });
}

export function useSources() {
  return useQuery({
    queryKey: ["sources"],
    queryFn: () => dataOf(api.GET("/sources")),
    select: (body) => body.sources,
  });
}

export type PreviewOptions = {
  encoding?: string;
  delimiter?: string;
  sheet?: string;
  header_row?: number;
  dataset?: string;
  source?: string;
};

export function usePreview(uploadId: string | null, options: PreviewOptions) {
  return useQuery({
    queryKey: ["preview", uploadId, options],
    enabled: uploadId !== null,
    placeholderData: keepPreviousData,
    queryFn: () =>
      dataOf(api.GET("/uploads/{id}/preview", { params: { path: { id: uploadId ?? "" }, query: options } })),
  });
}

export function useStartJob(kind: "check" | "import") {
  return useMutation({
    mutationFn: ({ uploadId, request }: { uploadId: string; request: ImportRequest }) =>
      dataOf(
        kind === "check"
          ? api.POST("/uploads/{id}/check", { params: { path: { id: uploadId } }, body: request })
          : api.POST("/uploads/{id}/import", { params: { path: { id: uploadId } }, body: request }),
      ),
  });
}

const JOB_POLL_MS = 400;

/** Polls a job until it ends. */
export function useJob(id: string | null) {
  return useQuery({
    queryKey: ["job", id],
    enabled: id !== null,
    gcTime: 0,
    queryFn: () => dataOf(api.GET("/jobs/{id}", { params: { path: { id: id ?? "" } } })),
    refetchInterval: (query) => {
      const state = query.state.data?.state;
      return state === undefined || state === "running" ? JOB_POLL_MS : false;
    },
  });
}

export function cancelJob(id: string) {
  return api.DELETE("/jobs/{id}", { params: { path: { id } } });
}

export function useCatalogue() {
  return useQuery({ queryKey: ["metrics"], queryFn: () => dataOf(api.GET("/metrics")) });
}

export function useMetricDetail(name: string, enabled = true) {
  return useQuery({
    queryKey: ["metric", name],
    enabled: enabled && name !== "",
    queryFn: () => dataOf(api.GET("/metrics/{name}", { params: { path: { name } } })),
  });
}

/** Asks one metric query; the previous answer stays on screen while the next one is on its way. */
export function useAnswer(query: QueryBody | null) {
  return useQuery({
    queryKey: ["answer", query],
    enabled: query !== null,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => dataOf(api.POST("/query", { body: query as QueryBody, signal })),
  });
}

export function useDimensionValues(name: string | null, metric: string | undefined, search: string) {
  return useQuery({
    queryKey: ["dimension-values", name, metric, search],
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

export function useLineage(request: LineageRequest) {
  return useQuery({
    queryKey: ["lineage", request],
    queryFn: () => dataOf(api.POST("/lineage", { body: request })),
  });
}

export function useLineageRows(request: LineageRequest, input: string, offset: number, limit: number) {
  return useQuery({
    queryKey: ["lineage-rows", request, input, offset, limit],
    placeholderData: keepPreviousData,
    queryFn: () => dataOf(api.POST("/lineage/rows", { body: { ...request, input, offset, limit } })),
  });
}

export function useOrigin(dataset: string, key: Record<string, Cell>) {
  return useQuery({
    queryKey: ["origin", dataset, key],
    queryFn: () => dataOf(api.POST("/lineage/origin", { body: { dataset, key } })),
  });
}

export function useTargets(metric: string | null, period: string | null) {
  return useQuery({
    queryKey: ["targets", metric, period],
    queryFn: () =>
      dataOf(
        api.GET("/targets", {
          params: { query: { metric: metric ?? undefined, period: period ?? undefined } },
        }),
      ),
    select: (body) => body.targets,
    placeholderData: keepPreviousData,
  });
}

export function useSaveTarget() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (target: NewTarget) => dataOf(api.POST("/targets", { body: target })),
    onSuccess: () => client.invalidateQueries({ queryKey: ["targets"] }),
  });
}

export function useSchemes() {
  return useQuery({
    queryKey: ["schemes"],
    queryFn: () => dataOf(api.GET("/schemes")),
    select: (body) => body.schemes,
  });
}

export function useRanking(scheme: string | null, period: string | null) {
  return useQuery({
    queryKey: ["ranking", scheme, period],
    enabled: scheme !== null && period !== null,
    queryFn: () =>
      dataOf(api.POST("/scorecards/ranking", { body: { scheme: scheme ?? "", period: period ?? "" } })),
    select: (body) => body.scorecards,
  });
}

export function useScorecard(scheme: string, period: string, subject: string) {
  return useQuery({
    queryKey: ["scorecard", scheme, period, subject],
    queryFn: () => dataOf(api.POST("/scorecards", { body: { scheme, period, subject } })),
  });
}
