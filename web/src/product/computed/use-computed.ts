import { useCallback } from "react";
import { useSearchParams } from "react-router";
import { LINEAGE_PARAM } from "@/product/lineage/lineage-link";
import { COMPUTED_PARAM, type Computed, packComputed } from "./computed";

/** Opens the panel of a computed number by putting the number into the URL: alone, or over the one that is open. */
export function useOpenComputed(place: "alone" | "over" = "alone"): (computed: Computed) => void {
  const [, setParams] = useSearchParams();
  return useCallback(
    (computed) =>
      setParams((params) => {
        params.delete(LINEAGE_PARAM);
        if (place === "alone") params.delete(COMPUTED_PARAM);
        params.append(COMPUTED_PARAM, packComputed(computed));
        return params;
      }),
    [setParams, place],
  );
}

/** Closes the panels of computed numbers but the first so many. */
export function useCloseComputed(): (kept: number) => void {
  const [, setParams] = useSearchParams();
  return useCallback(
    (kept) =>
      setParams((params) => {
        const open = params.getAll(COMPUTED_PARAM).slice(0, kept);
        params.delete(COMPUTED_PARAM);
        for (const one of open) params.append(COMPUTED_PARAM, one);
        return params;
      }),
    [setParams],
  );
}
