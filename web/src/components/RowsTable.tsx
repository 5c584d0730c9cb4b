import { Button } from "antd";
import { Link } from "react-router";
import { useProject } from "@/api/queries";
import type { Cell, RowsPage } from "@/api/types";
import { formatInstant, formatValue, NO_VALUE } from "@/lib/format";
import { useText } from "@/lib/use-text";
import { DataTable, type TableColumn } from "./DataTable";

type Derived = { dataset: string; key: Record<string, Cell> };
type RowsTableProps = {
  page: RowsPage;
  caption: string;
  maxHeight?: number | string;
  /** Asked for rows that were made of other rows. */
  onOpenDerived?: (derived: Derived) => void;
};

type Row = { cells: Cell[]; at: number };

const NUMBERS = new Set(["integer", "number", "decimal", "money"]);

/** Source rows as they are stored, with file:line behind each. */
export function RowsTable({ page, caption, maxHeight, onOpenDerived }: RowsTableProps) {
  const { t, label, locale } = useText();
  const currency = useProject().data?.currency;
  const rows: Row[] = page.rows.map((cells, at) => ({ cells, at }));
  const columns: TableColumn<Row>[] = page.columns.map((column, index) => ({
    key: column.name,
    title: label(column.label) || column.name,
    align: NUMBERS.has(column.type) ? "right" : "left",
    value: (row) => row.cells[index] ?? null,
    render: (row) => rawText(row.cells[index] ?? null, column.type, { locale, currency }),
    width: 260,
    ellipsis: column.type === "text",
  }));
  const origin: TableColumn<Row> = {
    key: "origin",
    title: t("lineage.fileLine"),
    value: ({ at }) => {
      const from = page.origin[at];
      return from ? `${from.file_name}:${from.line}` : null;
    },
    render: ({ at }) => <OriginCell page={page} at={at} onOpenDerived={onOpenDerived} />,
  };
  return (
    <DataTable
      tools
      caption={caption}
      columns={[...columns, origin]}
      rows={rows}
      rowKey={(row) => String(page.offset + row.at)}
      maxHeight={maxHeight}
    />
  );
}

function rawText(value: Cell, type: string, style: { locale: "zh-CN" | "en"; currency?: string }): string {
  if (value === null) return NO_VALUE;
  if (typeof value === "number" && (type === "money" || type === "decimal")) {
    return formatValue(value, {
      locale: style.locale,
      format: type === "money" ? "money" : "number",
      currency: type === "money" ? style.currency : undefined,
    });
  }
  if (type === "instant" || type === "timestamp") return formatInstant(String(value));
  return String(value);
}

function OriginCell({
  page,
  at,
  onOpenDerived,
}: {
  page: RowsPage;
  at: number;
  onOpenDerived?: (one: Derived) => void;
}) {
  const { t } = useText();
  const from = page.origin[at];
  const derived = page.derived[at];
  return (
    <>
      {from && (
        <Link
          to={`/data/imports/${from.import_id}`}
          title={`${from.source ?? ""} ${from.file_hash.slice(0, 12)}`}
        >
          {from.file_name}:{from.line}
        </Link>
      )}
      {derived && onOpenDerived && (
        <Button size="small" type="link" onClick={() => onOpenDerived(derived)}>
          {t("lineage.sourceLines")}
        </Button>
      )}
      {!from && !(derived && onOpenDerived) && NO_VALUE}
    </>
  );
}
