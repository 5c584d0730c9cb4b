/** Targets in force and on their way. */
import { useQuery } from "@tanstack/react-query";
import { api, dataOf } from "@/api/client";
import type { TargetList } from "@/api/types";

const targetList = {
  queryKey: ["targets"],
  queryFn: () => dataOf(api.GET("/targets")),
};

/** All targets in force. */
export function useTargets() {
  return useQuery({ ...targetList, select: (body: TargetList) => body.targets });
}

/** Targets in force, and drafts and submitted versions on their way. */
export function useTargetList() {
  return useQuery(targetList);
}
