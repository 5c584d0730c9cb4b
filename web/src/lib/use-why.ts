import { useCallback } from "react";
import { useSearchParams } from "react-router";
import type { WhyRequest } from "@/api/types";
import { LINEAGE_PARAM } from "./lineage-link";
import { packWhy, WHY_PARAM } from "./why-link";

/** Opens the why panel by putting its question into the URL, or closes it. */
export function useOpenWhy(): (request: WhyRequest | null) => void {
  const [, setParams] = useSearchParams();
  return useCallback(
    (request) =>
      setParams((params) => {
        params.delete(LINEAGE_PARAM);
        if (request) params.set(WHY_PARAM, packWhy(request));
        else params.delete(WHY_PARAM);
        return params;
      }),
    [setParams],
  );
}
