/** Figures of platforms beside ours. */
import { useMutation, useQuery } from "@tanstack/react-query";
import { useChanged } from "@/api/changes";
import { api, dataOf } from "@/api/client";
import type { NewReconciliation } from "@/api/types";

export function useReconciliations() {
  return useQuery({
    queryKey: ["reconcile"],
    queryFn: () => dataOf(api.GET("/reconciliations")),
    select: (body) => body.reconciliations,
  });
}

/** A kept reconciliation, as it was found. */
export function useReconciliation(id: number | null) {
  return useQuery({
    queryKey: ["reconcile", id],
    enabled: id !== null,
    queryFn: () => dataOf(api.GET("/reconciliations/{id}", { params: { path: { id: id ?? 0 } } })),
  });
}

/** Explains a platform's figure and keeps the result. */
export function useReconcile() {
  const onSuccess = useChanged("reconcile");
  return useMutation({
    mutationFn: (body: NewReconciliation) => dataOf(api.POST("/reconciliations", { body })),
    onSuccess,
  });
}
