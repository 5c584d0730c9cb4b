/** The project itself. */
import { useQuery } from "@tanstack/react-query";
import { api, dataOf } from "@/api/client";
import type { Project } from "@/api/types";

export function useProject() {
  return useQuery({ queryKey: ["project"], queryFn: () => dataOf<Project>(api.GET("/project")) });
}
