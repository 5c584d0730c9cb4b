import { useCallback } from "react";
import { useSearchParams } from "react-router";
import { COMPUTED_PARAM, type Computed, packComputed } from "./computed";
import { LINEAGE_PARAM } from "./lineage-link";

/** Opens the panel of a computed number by putting the number into the URL, or closes it. */
export function useOpenComputed(): (computed: Computed | null) => void {
  const [, setParams] = useSearchParams();
  return useCallback(
    (computed) =>
      setParams((params) => {
        params.delete(LINEAGE_PARAM);
        if (computed) params.set(COMPUTED_PARAM, packComputed(computed));
        else params.delete(COMPUTED_PARAM);
        return params;
      }),
    [setParams],
  );
}
