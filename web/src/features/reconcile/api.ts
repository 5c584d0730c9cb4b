/** Figures of platforms beside ours. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, dataOf } from "@/api/client";
import type { NewReconciliation } from "@/api/types";

export function useReconciliations() {
  return useQuery({
    queryKey: ["reconciliations"],
    queryFn: () => dataOf(api.GET("/reconciliations")),
    select: (body) => body.reconciliations,
  });
}

/** A kept reconciliation, as it was found. */
export function useReconciliation(id: number | null) {
  return useQuery({
    queryKey: ["reconciliations", id],
    enabled: id !== null,
    queryFn: () => dataOf(api.GET("/reconciliations/{id}", { params: { path: { id: id ?? 0 } } })),
  });
}

/** Explains a platform's figure and keeps the result. */
export function useReconcile() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: NewReconciliation) => dataOf(api.POST("/reconciliations", { body })),
    onSuccess: () => client.invalidateQueries({ queryKey: ["reconciliations"] }),
  });
}
