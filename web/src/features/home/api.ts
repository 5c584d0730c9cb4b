import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { FIGURES } from "@/api/changes";
import { api, dataOf } from "@/api/client";

export type HomeChoice = { day?: string; where?: string; compare?: string };

/** The home page in one answer. */
export function useHome(choice: HomeChoice) {
  return useQuery({
    meta: FIGURES,
    queryKey: ["home", choice],
    queryFn: () => dataOf(api.GET("/home", { params: { query: choice } })),
    placeholderData: keepPreviousData,
  });
}
