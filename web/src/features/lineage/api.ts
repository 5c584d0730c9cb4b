/** The way from a number to file and line. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { FIGURES } from "@/api/changes";
import { api, dataOf } from "@/api/client";
import type { components } from "@/api/schema";
import type { DerivedRow, LineageRequest } from "@/api/types";

type RowsPart = { input: string; offset: number; limit: number };

/** The wire form of a lineage request. */
function cellRequest(request: LineageRequest, part: Partial<RowsPart>): components["schemas"]["CellRequest"] {
  return {
    input: null,
    offset: null,
    limit: null,
    ...part,
    query: request.query,
    metric: request.metric,
    comparison: request.comparison ?? null,
    cell: request.cell,
  };
}

export function useLineage(request: LineageRequest) {
  return useQuery({
    meta: FIGURES,
    queryKey: ["lineage", request],
    queryFn: () => dataOf(api.POST("/lineage", { body: cellRequest(request, {}) })),
  });
}

export function useLineageRows(request: LineageRequest, input: string, offset: number, limit: number) {
  return useQuery({
    meta: FIGURES,
    queryKey: ["lineage", "rows", request, input, offset, limit],
    placeholderData: keepPreviousData,
    queryFn: () =>
      dataOf(api.POST("/lineage/rows", { body: cellRequest(request, { input, offset, limit }) })),
  });
}

/** The file lines behind a derived row. */
export function useOrigin({ dataset, key }: DerivedRow, offset: number, limit: number) {
  return useQuery({
    queryKey: ["lineage", "origin", dataset, key, offset, limit],
    placeholderData: keepPreviousData,
    queryFn: () => dataOf(api.POST("/lineage/origin", { body: { dataset, key, offset, limit } })),
  });
}
