import { useText } from "@/lib/use-text";
import { useDimensionName } from "@/product/catalogue/names";
import { useValueName } from "@/product/catalogue/use-value-name";

type Segmented = { dimension?: string | null; segment?: string | null };

/** The segment as a form has it; without a dimension the whole company. */
export function segmentOf({ dimension, segment }: { dimension?: string; segment?: string }) {
  return dimension ? { dimension, segment: segment ?? null } : { dimension: null, segment: null };
}

/** Whose a target is, as people say it: the whole company, or the store by its name. */
export function useSegmentText(): (of: Segmented) => string {
  const { t } = useText();
  const dimensionName = useDimensionName();
  const nameOf = useValueName();
  return ({ dimension, segment }) =>
    dimension ? `${dimensionName(dimension)} ${nameOf(dimension, segment ?? null)}` : t("targets.whole");
}
