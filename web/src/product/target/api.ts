/** Targets in force and on their way. */
import { queryOptions, useQuery } from "@tanstack/react-query";
import { api, dataOf } from "@/api/client";

const targetList = queryOptions({
  queryKey: ["targets", "list"],
  queryFn: () => dataOf(api.GET("/targets")),
});

/** All targets in force. */
export function useTargets() {
  return useQuery({ ...targetList, select: (body) => body.targets });
}

/** Targets in force, and drafts and submitted versions on their way. */
export function useTargetList() {
  return useQuery(targetList);
}
