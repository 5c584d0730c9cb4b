/** Imports, sources, uploads and the rows of datasets. */
import { keepPreviousData, useMutation, useQuery } from "@tanstack/react-query";
import { useChanged, useFactsChanged } from "@/api/changes";
import { api, dataOf } from "@/api/client";
import type { Import, ImportAsSent, ImportRequest } from "@/api/types";

export function useDatasetRows(name: string, offset: number, limit: number) {
  return useQuery({
    queryKey: ["data", "rows", name, offset, limit],
    queryFn: () =>
      dataOf(api.GET("/datasets/{name}/rows", { params: { path: { name }, query: { offset, limit } } })),
    placeholderData: keepPreviousData,
  });
}

export function useImports(dataset: string | null, offset: number, limit: number) {
  return useQuery({
    queryKey: ["data", "imports", dataset, offset, limit],
    queryFn: () =>
      dataOf(api.GET("/imports", { params: { query: { dataset: dataset ?? undefined, offset, limit } } })),
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
    queryKey: ["data", "import", id],
    enabled,
    queryFn: () => dataOf(api.GET("/imports/{id}", { params: { path: { id } } })),
    select: withReport,
  });
}

export function useUndoImport() {
  const onSuccess = useFactsChanged();
  return useMutation({
    mutationFn: (id: number) => dataOf(api.POST("/imports/{id}/undo", { params: { path: { id } } })),
    onSuccess,
  });
}

export function useSources() {
  return useQuery({
    queryKey: ["data", "sources"],
    queryFn: () => dataOf(api.GET("/sources")),
    select: (body) => body.sources,
  });
}

export function useCreateSource() {
  const onSuccess = useChanged("data");
  return useMutation({
    mutationFn: (body: { preset: string; name: string | null; store: string | null }) =>
      dataOf(api.POST("/sources", { body })),
    onSuccess,
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
    queryKey: ["data", "preview", uploadId, options],
    enabled: uploadId !== null,
    placeholderData: keepPreviousData,
    queryFn: () =>
      dataOf(api.GET("/uploads/{id}/preview", { params: { path: { id: uploadId ?? "" }, query: options } })),
  });
}

export function useStartJob(kind: "check" | "import") {
  return useMutation({
    mutationFn: ({ uploadId, request }: { uploadId: string; request: ImportRequest }) => {
      const init = { params: { path: { id: uploadId } }, body: request };
      return dataOf(
        kind === "check" ? api.POST("/uploads/{id}/check", init) : api.POST("/uploads/{id}/import", init),
      );
    },
  });
}

const JOB_POLL_MS = 400;

/** Polls a job until it ends. */
export function useJob(id: string | null) {
  return useQuery({
    queryKey: ["data", "job", id],
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
