import { useCallback } from "react";
import { useSearchParams } from "react-router";
import type { WhyRequest } from "@/api/types";
import { closeAll } from "./opened";
import { packWhy, WHY_PARAM } from "./why-link";

/** Opens the why panel by putting its question into the URL, or closes it. */
export function useOpenWhy(): (request: WhyRequest | null) => void {
  const [, setParams] = useSearchParams();
  return useCallback(
    (request) =>
      setParams((params) => {
        closeAll(params);
        if (request) params.set(WHY_PARAM, packWhy(request));
        return params;
      }),
    [setParams],
  );
}
