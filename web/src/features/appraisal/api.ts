/** Scorecards. */
import { useQuery } from "@tanstack/react-query";
import { FIGURES } from "@/api/changes";
import { api, dataOf } from "@/api/client";

export function useRanking(scheme: string | null, period: string | null) {
  return useQuery({
    meta: FIGURES,
    queryKey: ["appraisal", "ranking", scheme, period],
    enabled: scheme !== null && period !== null,
    queryFn: () =>
      dataOf(
        api.POST("/scorecards/ranking", {
          body: { scheme: scheme ?? "", period: period ?? "", subject: null },
        }),
      ),
    select: (body) => body.scorecards,
  });
}

export function useScorecard(scheme: string, period: string, subject: string) {
  return useQuery({
    meta: FIGURES,
    queryKey: ["appraisal", "scorecard", scheme, period, subject],
    queryFn: () => dataOf(api.POST("/scorecards", { body: { scheme, period, subject } })),
  });
}
