import { useDimensionName } from "@/api/names";
import { readableFilter } from "@/lib/filters";
import { useText } from "@/lib/use-text";

/** Filters of a definition or a question in words; their exact text shows on hover. */
export function Filters({ filters }: { filters: string[] }) {
  const { t } = useText();
  const nameOf = useDimensionName();
  const words = {
    and: t("filter.and"),
    or: t("filter.or"),
    not: t("filter.not"),
    yes: t("filter.yes"),
    no: t("filter.no"),
  };
  return filters.map((filter) => (
    <div key={filter} title={filter}>
      {readableFilter(filter, nameOf, words)}
    </div>
  ));
}
