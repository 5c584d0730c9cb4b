import type { Answer } from "@/api/types";
import { useText } from "@/lib/use-text";
import { cellText, type NameOfValue } from "@/product/filters/filters";
import { useValueNames } from "./api";

/** What people read in place of a stored value: the store `S01` by its name, the status `paid` as 已付款. */
export function useValueName(): NameOfValue {
  const { t, label } = useText();
  const names = useValueNames().data;
  return (dimension, value) => {
    if (typeof value === "boolean") return t(value ? "filter.true" : "filter.false");
    const text = cellText(value);
    return label(names?.[dimension ?? ""]?.[text]) || text;
  };
}

/** The answer with its dimensions' values as people read them, for charts; lineage needs the answer itself. */
export function withNames(answer: Answer, nameOf: NameOfValue): Answer {
  const rows = answer.rows.map((row) =>
    row.map((value, at) => {
      const column = answer.columns[at];
      return column?.role === "dimension" && value !== null ? nameOf(column.name, value) : value;
    }),
  );
  return { ...answer, rows };
}
