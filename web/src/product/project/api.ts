/** The project itself. */
import { useQuery } from "@tanstack/react-query";
import { api, dataOf } from "@/api/client";

export function useProject() {
  return useQuery({
    queryKey: ["project"],
    meta: { standsOn: ["data"] },
    queryFn: () => dataOf(api.GET("/project")),
  });
}
