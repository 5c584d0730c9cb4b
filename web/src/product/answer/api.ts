/** Answers to metric queries. */
import { keepPreviousData, skipToken, useQuery } from "@tanstack/react-query";
import { FIGURES } from "@/api/changes";
import { api, dataOf } from "@/api/client";
import type { QueryBody } from "@/api/types";

/** Asks one metric query; the previous answer stays on screen while the next one is on its way. */
export function useAnswer(query: QueryBody | null) {
  return useQuery({
    meta: FIGURES,
    queryKey: ["answers", query],
    placeholderData: keepPreviousData,
    queryFn: query ? ({ signal }) => dataOf(api.POST("/query", { body: query, signal })) : skipToken,
  });
}
