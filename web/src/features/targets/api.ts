/** Questions about one target: its way, versions, split and proposal; actuals by hand. */
import { keepPreviousData, useMutation, useQuery } from "@tanstack/react-query";
import { FIGURES, useChanged } from "@/api/changes";
import { api, dataOf, done } from "@/api/client";
import type { CascadeRequest, Decision, NewActual, NewTarget, TargetKey } from "@/api/types";

/** The wire form: what a company's target does not have is left out. */
function which({ metric, period, dimension, segment }: TargetKey) {
  return { metric, period, dimension: dimension ?? undefined, segment: segment ?? undefined };
}

/** Actual to date beside the plan, as of a business day. */
export function useTargetProgress(key: TargetKey, day: string | null) {
  return useQuery({
    meta: FIGURES,
    queryKey: ["targets", "progress", key, day],
    placeholderData: keepPreviousData,
    queryFn: () =>
      dataOf(api.GET("/targets/progress", { params: { query: { ...which(key), day: day ?? undefined } } })),
  });
}

/** What each day of the period is planned to bring, and why so much. */
export function useTargetPath(key: TargetKey, enabled: boolean) {
  return useQuery({
    meta: FIGURES,
    queryKey: ["targets", "path", key],
    enabled,
    queryFn: () => dataOf(api.GET("/targets/path", { params: { query: which(key) } })),
  });
}

/** Every version of a target, the first first. */
export function useTargetVersions(key: TargetKey) {
  return useQuery({
    queryKey: ["targets", "versions", key],
    queryFn: () => dataOf(api.GET("/targets/versions", { params: { query: which(key) } })),
    select: (body) => body.versions,
  });
}

/** A split that nobody has recorded; the previous one stays while the next is on its way. */
export function useCascade(request: CascadeRequest) {
  return useQuery({
    meta: FIGURES,
    queryKey: ["targets", "cascade", request],
    placeholderData: keepPreviousData,
    queryFn: () => dataOf(api.POST("/targets/cascade", { body: request })),
  });
}

/** Levels that a forecast suggests; `growth` 0.1 is 10 %. */
export function useProposal(key: TargetKey, growth: string) {
  return useQuery({
    meta: FIGURES,
    queryKey: ["targets", "proposal", key, growth],
    placeholderData: keepPreviousData,
    queryFn: () => dataOf(api.GET("/targets/proposal", { params: { query: { ...which(key), growth } } })),
  });
}

/** Records targets as drafts, which count only once another person has approved them. */
export function useDraftTargets() {
  const onSuccess = useChanged("targets");
  return useMutation({
    mutationFn: (body: { targets: NewTarget[] }) => dataOf(api.POST("/targets/drafts", { body })),
    onSuccess,
  });
}

/** Every version of every actual by hand, and the metrics that have such actuals. */
export function useActuals() {
  return useQuery({
    queryKey: ["actuals"],
    queryFn: () => dataOf(api.GET("/actuals")),
  });
}

export function useSaveActual() {
  const onSuccess = useChanged("actuals");
  return useMutation({
    mutationFn: (body: NewActual) => done(api.POST("/actuals", { body })),
    onSuccess,
  });
}

/** Submits, approves or rejects versions of actuals. */
export function useDecideActuals() {
  const onSuccess = useChanged("actuals");
  return useMutation({
    mutationFn: (body: Decision) => done(api.POST("/actuals/decisions", { body })),
    onSuccess,
  });
}

/** Cascades whose children do not sum to their parent. */
export function useTargetCheck() {
  return useQuery({
    queryKey: ["targets", "check"],
    queryFn: () => dataOf(api.GET("/targets/check")),
  });
}

export function useSaveTarget() {
  const onSuccess = useChanged("targets");
  return useMutation({
    mutationFn: (target: NewTarget) => done(api.POST("/targets", { body: target })),
    onSuccess,
  });
}

/** Records the rows of a grid, all or none. */
export function useSaveTargets() {
  const onSuccess = useChanged("targets");
  return useMutation({
    mutationFn: (body: { targets: NewTarget[] }) => dataOf(api.POST("/targets/grid", { body })),
    onSuccess,
  });
}

/** Submits, approves or rejects versions of targets. */
export function useDecideTargets() {
  const onSuccess = useChanged("targets");
  return useMutation({
    mutationFn: (body: Decision) => done(api.POST("/targets/decisions", { body })),
    onSuccess,
  });
}
