import type { Dimension } from "@/api/types";
import { useCatalogue } from "./api";

/** Categorical dimensions that most metrics share come first; time is not a segment. */
export function useSegmentDimensions(): Dimension[] {
  const catalogue = useCatalogue().data;
  const found = new Map<string, { dimension: Dimension; uses: number }>();
  for (const metric of catalogue?.metrics ?? []) {
    for (const dimension of metric.dimensions) {
      if (dimension.kind === "time") continue;
      const known = found.get(dimension.name);
      if (known) known.uses += 1;
      else found.set(dimension.name, { dimension, uses: 1 });
    }
  }
  return [...found.values()].sort((one, other) => other.uses - one.uses).map((one) => one.dimension);
}
