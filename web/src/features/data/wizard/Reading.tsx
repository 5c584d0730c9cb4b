import { AutoComplete, Button, Popover, Select } from "antd";
import type { ImportRequest, Preview } from "@/api/types";
import { useText } from "@/lib/use-text";
import { Mark } from "@/ui/Mark";
import { type Choice, type Column, storedAs, UNITS, valuesOf, wordsOf } from "./mapping";

const DATE_FORMATS = [
  "%Y-%m-%d",
  "%Y/%m/%d %H:%M:%S",
  "%d/%m/%Y",
  "%m/%d/%Y",
  "%d/%m/%Y %H:%M",
  "%m/%d/%Y %H:%M",
];

type ReadingProps = {
  preview: Preview;
  chosen: ImportRequest["mapping"][number];
  column: Column;
  onChange: (choice: Choice) => void;
};

/** How the cells of a column are read: the form of its dates, the unit of its numbers, the meaning of its words. */
export function Reading({ preview, chosen, column, onChange }: ReadingProps) {
  const { t } = useText();
  const { header } = chosen;
  switch (column.kind) {
    case "date":
    case "instant":
      return (
        <AutoComplete
          size="small"
          allowClear
          style={{ width: 180 }}
          aria-label={t("wizard.formatOf", { header })}
          placeholder={t("wizard.automatic")}
          value={chosen.format ?? ""}
          onChange={(format: string | undefined) => onChange({ format: format || null })}
          options={DATE_FORMATS.map((value) => ({ value }))}
        />
      );
    case "integer":
    case "number":
    case "money":
      return (
        <Select<string>
          size="small"
          allowClear
          style={{ width: 180 }}
          aria-label={t("wizard.unitOf", { header })}
          placeholder={t("wizard.automatic")}
          value={chosen.unit ?? undefined}
          onChange={(unit: string | undefined) => onChange({ unit: unit ?? null })}
          options={UNITS.map((value) => ({ value, label: t(`importUnit.${value}`) }))}
        />
      );
    default:
      return valuesOf(column).length > 0 ? (
        <Words preview={preview} chosen={chosen} column={column} onChange={onChange} />
      ) : null;
  }
}

/** The words of the first rows and what each is stored as. */
function Words({ preview, chosen, column, onChange }: ReadingProps) {
  const { t } = useText();
  const words = wordsOf(preview, chosen.header);
  const unknown = words.filter((word) => storedAs(word, column, chosen.values) === null).length;
  return (
    <Popover
      trigger="click"
      placement="left"
      title={t("wizard.wordsTitle")}
      content={
        <div className="wizard-words">
          {words.map((word) => (
            <div key={word} className="wizard-word">
              <span>{word}</span>
              <Select<string>
                size="small"
                aria-label={t("wizard.wordOf", { word })}
                placeholder={t("wizard.keptWord")}
                value={storedAs(word, column, chosen.values) ?? undefined}
                onChange={(value) => onChange({ values: { ...chosen.values, [word]: value } })}
                options={valuesOf(column).map((value) => ({ value, label: value }))}
              />
            </div>
          ))}
        </div>
      }
    >
      <Button size="small" type="text">
        {t("wizard.words", { count: words.length })}
        {unknown > 0 && <Mark tone="warning">{t("wizard.unknownWords", { count: unknown })}</Mark>}
      </Button>
    </Popover>
  );
}
