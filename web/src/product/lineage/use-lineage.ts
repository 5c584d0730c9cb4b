import { useCallback } from "react";
import { useSearchParams } from "react-router";
import type { LineageRequest } from "@/api/types";
import { LINEAGE_PARAM, packLineage } from "./lineage-link";

/** Opens the lineage drawer on a number by putting the number into the URL. */
export function useOpenLineage(): (request: LineageRequest) => void {
  const [, setParams] = useSearchParams();
  return useCallback(
    (request) =>
      setParams((params) => {
        params.set(LINEAGE_PARAM, packLineage(request));
        return params;
      }),
    [setParams],
  );
}
