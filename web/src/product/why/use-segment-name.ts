import type { Why, WhySegment } from "@/api/types";
import { useText } from "@/lib/use-text";
import { useValueName } from "@/product/catalogue/use-value-name";

/** A segment by its values, as a reader knows them; in full with their dimensions. */
export function useSegmentName(why: Why): (segment: WhySegment, length?: "short" | "full") => string {
  const { t, label } = useText();
  const nameOf = useValueName();
  return (segment, length = "short") => {
    if (segment.kind === "rest" || segment.kind === "overlap") return t(`why.${segment.kind}`);
    const named = segment.elements.map(({ dimension, value }) => {
      const shown = value === null ? t("why.none") : nameOf(dimension, value);
      // 是 or （空） alone says nothing.
      if (length === "short" && typeof value !== "boolean" && value !== null) return shown;
      const of = why.dimensions.find((one) => one.name === dimension);
      return `${label(of?.label) || dimension} = ${shown}`;
    });
    return named.join(length === "short" ? " × " : ", ");
  };
}
