/** One hook per question the pages ask; keys are the question itself, so equal questions share an answer. */
import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, dataOf } from "./client";
import type { components } from "./schema";
import type {
  Answer,
  Cell,
  Dataset,
  Decision,
  DerivedRow,
  Home,
  Import,
  ImportAsSent,
  ImportRequest,
  Job,
  Label,
  Lineage,
  LineageRequest,
  Metric,
  MetricDetail,
  NewReconciliation,
  NewTarget,
  Preview,
  Project,
  QueryBody,
  Reconciliation,
  ReconciliationSummary,
  RowsPage,
  Scheme,
  Scorecard,
  Source,
  TargetDifference,
  TargetImport,
  TargetList,
  Why,
  WhyRequest,
} from "./types";

export function useProject() {
  return useQuery({ queryKey: ["project"], queryFn: () => dataOf<Project>(api.GET("/project")) });
}

export type HomeChoice = { day?: string; where?: string; compare?: string };

/** The home page in one answer. */
export function useHome(choice: HomeChoice) {
  return useQuery({
    queryKey: ["home", choice],
    queryFn: () => dataOf<Home>(api.GET("/home", { params: { query: choice } })),
    placeholderData: keepPreviousData,
  });
}

export function useDatasets() {
  return useQuery({
    queryKey: ["datasets"],
    queryFn: () => dataOf<{ datasets: Dataset[] }>(api.GET("/datasets")),
    select: (body) => body.datasets,
  });
}

export function useDatasetRows(name: string, offset: number, limit: number) {
  return useQuery({
    queryKey: ["dataset-rows", name, offset, limit],
    queryFn: () =>
      dataOf<RowsPage>(
        api.GET("/datasets/{name}/rows", { params: { path: { name }, query: { offset, limit } } }),
      ),
    placeholderData: keepPreviousData,
  });
}

export function useImports(dataset: string | null, offset: number, limit: number) {
  return useQuery({
    queryKey: ["imports", dataset, offset, limit],
    queryFn: () =>
      dataOf<{ imports: ImportAsSent[]; total: number }>(
        api.GET("/imports", { params: { query: { dataset: dataset ?? undefined, offset, limit } } }),
      ),
    placeholderData: keepPreviousData,
    select: ({ imports, total }) => ({ imports: imports.map(withReport), total }),
  });
}

/** The pages read an import and its report as one thing. */
function withReport({ report, ...item }: ImportAsSent): Import {
  return { ...report, ...item };
}

export function useImport(id: number, enabled: boolean) {
  return useQuery({
    queryKey: ["import", id],
    enabled,
    queryFn: () => dataOf<ImportAsSent>(api.GET("/imports/{id}", { params: { path: { id } } })),
    select: withReport,
  });
}

export function useUndoImport() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: number) =>
      dataOf<{ datasets: string[] }>(api.POST("/imports/{id}/undo", { params: { path: { id } } })),
    onSuccess: () => client.invalidateQueries(),
  });
}

export function useSources() {
  return useQuery({
    queryKey: ["sources"],
    queryFn: () => dataOf<{ sources: Source[] }>(api.GET("/sources")),
    select: (body) => body.sources,
  });
}

export function useCreateSource() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: { preset: string; name: string | null; store: string | null }) =>
      dataOf<{ name: string; path: string }>(api.POST("/sources", { body })),
    onSuccess: () => client.invalidateQueries(),
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
      dataOf<Preview>(
        api.GET("/uploads/{id}/preview", { params: { path: { id: uploadId ?? "" }, query: options } }),
      ),
  });
}

export function useStartJob(kind: "check" | "import") {
  return useMutation({
    mutationFn: ({ uploadId, request }: { uploadId: string; request: ImportRequest }) => {
      const init = { params: { path: { id: uploadId } }, body: request };
      return dataOf<{ job_id: string }>(
        kind === "check" ? api.POST("/uploads/{id}/check", init) : api.POST("/uploads/{id}/import", init),
      );
    },
  });
}

const JOB_POLL_MS = 400;

/** Polls a job until it ends. */
export function useJob(id: string | null) {
  return useQuery({
    queryKey: ["job", id],
    enabled: id !== null,
    gcTime: 0,
    queryFn: () => dataOf<Job>(api.GET("/jobs/{id}", { params: { path: { id: id ?? "" } } })),
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
  return useQuery({
    queryKey: ["metrics"],
    queryFn: () => dataOf<{ metrics: Metric[] }>(api.GET("/metrics")),
  });
}

export function useMetricDetail(name: string, enabled = true) {
  return useQuery({
    queryKey: ["metric", name],
    enabled: enabled && name !== "",
    queryFn: () => dataOf<MetricDetail>(api.GET("/metrics/{name}", { params: { path: { name } } })),
  });
}

/** Asks one metric query; the previous answer stays on screen while the next one is on its way. */
export function useAnswer(query: QueryBody | null) {
  return useQuery({
    queryKey: ["answer", query],
    enabled: query !== null,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => dataOf<Answer>(api.POST("/query", { body: query as QueryBody, signal })),
  });
}

/** Names of dimension values that have one, by dimension and value. */
export function useValueNames() {
  return useQuery({
    queryKey: ["names"],
    queryFn: () => dataOf<{ names: Record<string, Record<string, Label>> }>(api.GET("/names")),
    select: (body) => body.names,
  });
}

export function useDimensionValues(name: string | null, metric: string | undefined, search: string) {
  return useQuery({
    queryKey: ["dimension-values", name, metric, search],
    enabled: name !== null,
    placeholderData: keepPreviousData,
    queryFn: () =>
      dataOf<{ values: string[] }>(
        api.GET("/dimensions/{name}/values", {
          params: { path: { name: name ?? "" }, query: { metric, search: search || undefined, limit: 100 } },
        }),
      ),
    select: (body) => body.values,
  });
}

type RowsPart = { input: string; offset: number; limit: number };

/** The wire form of a lineage request; the schema does not say that a group-by value may be null. */
function cellRequest(request: LineageRequest, part: Partial<RowsPart>): components["schemas"]["CellRequest"] {
  const cell = request.cell as Record<string, Exclude<Cell, null>>;
  return {
    input: null,
    offset: null,
    limit: null,
    ...part,
    query: request.query,
    metric: request.metric,
    comparison: request.comparison ?? null,
    cell,
  };
}

export function useLineage(request: LineageRequest) {
  return useQuery({
    queryKey: ["lineage", request],
    queryFn: () => dataOf<Lineage>(api.POST("/lineage", { body: cellRequest(request, {}) })),
  });
}

export function useLineageRows(request: LineageRequest, input: string, offset: number, limit: number) {
  return useQuery({
    queryKey: ["lineage-rows", request, input, offset, limit],
    placeholderData: keepPreviousData,
    queryFn: () =>
      dataOf<RowsPage>(api.POST("/lineage/rows", { body: cellRequest(request, { input, offset, limit }) })),
  });
}

/** The file lines behind a derived row. */
export function useOrigin({ dataset, key }: DerivedRow, offset: number, limit: number) {
  return useQuery({
    queryKey: ["origin", dataset, key, offset, limit],
    placeholderData: keepPreviousData,
    queryFn: () => dataOf<RowsPage>(api.POST("/lineage/origin", { body: { dataset, key, offset, limit } })),
  });
}

/** Why a metric changed; the previous answer stays on screen while the next one is on its way. */
export function useWhy(request: WhyRequest) {
  return useQuery({
    queryKey: ["why", request],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => dataOf<Why>(api.POST("/why", { body: request, signal })),
  });
}

const targetList = {
  queryKey: ["targets"],
  queryFn: () => dataOf<TargetList>(api.GET("/targets")),
};

/** All targets in force. */
export function useTargets() {
  return useQuery({ ...targetList, select: (body: TargetList) => body.targets });
}

/** Targets in force, and drafts and submitted versions on their way. */
export function useTargetList() {
  return useQuery(targetList);
}

/** Cascades whose children do not sum to their parent. */
export function useTargetCheck() {
  return useQuery({
    queryKey: ["targets", "check"],
    queryFn: () => dataOf<{ differences: TargetDifference[] }>(api.GET("/targets/check")),
  });
}

/** Records the rows of a grid, all or none. */
export function useSaveTargets() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: { targets: NewTarget[] }) => dataOf<TargetImport>(api.POST("/targets/grid", { body })),
    onSuccess: () => client.invalidateQueries(),
  });
}

/** Submits, approves or rejects versions of targets. */
export function useDecideTargets() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Decision) => dataOf<undefined>(api.POST("/targets/decisions", { body })),
    onSuccess: () => client.invalidateQueries(),
  });
}

export function useReconciliations() {
  return useQuery({
    queryKey: ["reconciliations"],
    queryFn: () => dataOf<{ reconciliations: ReconciliationSummary[] }>(api.GET("/reconciliations")),
    select: (body) => body.reconciliations,
  });
}

/** A kept reconciliation, as it was found. */
export function useReconciliation(id: number | null) {
  return useQuery({
    queryKey: ["reconciliations", id],
    enabled: id !== null,
    queryFn: () =>
      dataOf<Reconciliation>(api.GET("/reconciliations/{id}", { params: { path: { id: id ?? 0 } } })),
  });
}

/** Explains a platform's figure and keeps the result. */
export function useReconcile() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: NewReconciliation) => dataOf<Reconciliation>(api.POST("/reconciliations", { body })),
    onSuccess: () => client.invalidateQueries({ queryKey: ["reconciliations"] }),
  });
}

export function useSaveTarget() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (target: NewTarget) => dataOf<undefined>(api.POST("/targets", { body: target })),
    onSuccess: () => client.invalidateQueries(),
  });
}

export function useSchemes() {
  return useQuery({
    queryKey: ["schemes"],
    queryFn: () => dataOf<{ schemes: Scheme[] }>(api.GET("/schemes")),
    select: (body) => body.schemes,
  });
}

export function useRanking(scheme: string | null, period: string | null) {
  return useQuery({
    queryKey: ["ranking", scheme, period],
    enabled: scheme !== null && period !== null,
    queryFn: () =>
      dataOf<{ scorecards: Scorecard[] }>(
        api.POST("/scorecards/ranking", {
          body: { scheme: scheme ?? "", period: period ?? "", subject: null },
        }),
      ),
    select: (body) => body.scorecards,
  });
}

export function useScorecard(scheme: string, period: string, subject: string) {
  return useQuery({
    queryKey: ["scorecard", scheme, period, subject],
    queryFn: () => dataOf<Scorecard>(api.POST("/scorecards", { body: { scheme, period, subject } })),
  });
}
