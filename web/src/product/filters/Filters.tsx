import { useText } from "@/lib/use-text";
import { useDimensionName } from "@/product/catalogue/names";
import { useValueName } from "@/product/catalogue/use-value-name";
import { type FilterWords, readableFilter } from "./filters";

/** Filters of a definition or a question in words; their exact text shows on hover. */
export function Filters({ filters }: { filters: string[] }) {
  const { t } = useText();
  const nameOf = useDimensionName();
  const valueName = useValueName();
  const words: FilterWords = {
    and: t("filter.and"),
    or: t("filter.or"),
    not: t("filter.not"),
    in: t("filter.in"),
    true: t("filter.true"),
    false: t("filter.false"),
    "is null": t("filter.isNull"),
    "is not null": t("filter.isNotNull"),
  };
  return filters.map((filter) => (
    <div key={filter} title={filter}>
      {readableFilter(filter, nameOf, valueName, words)}
    </div>
  ));
}
