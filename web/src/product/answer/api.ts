/** Answers to metric queries. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { api, dataOf } from "@/api/client";
import type { Answer, QueryBody } from "@/api/types";

/** Asks one metric query; the previous answer stays on screen while the next one is on its way. */
export function useAnswer(query: QueryBody | null) {
  return useQuery({
    queryKey: ["answer", query],
    enabled: query !== null,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => dataOf<Answer>(api.POST("/query", { body: query as QueryBody, signal })),
  });
}
