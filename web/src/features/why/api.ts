import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { FIGURES } from "@/api/changes";
import { api, dataOf } from "@/api/client";
import type { WhyRequest } from "@/api/types";

/** Why a metric changed; the previous answer stays on screen while the next one is on its way. */
export function useWhy(request: WhyRequest) {
  return useQuery({
    meta: FIGURES,
    queryKey: ["why", request],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => dataOf(api.POST("/why", { body: request, signal })),
  });
}
