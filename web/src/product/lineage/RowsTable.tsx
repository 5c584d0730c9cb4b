import { Button } from "antd";
import type { ReactNode } from "react";
import { Link } from "react-router";
import type { Cell, DerivedRow, RowsPage } from "@/api/types";
import { formatInstant, NO_VALUE } from "@/lib/format";
import { useText } from "@/lib/use-text";
import { DataTable, type TableColumn } from "@/ui/DataTable";

type RowsTableProps = {
  page: RowsPage;
  caption: string;
  maxHeight?: number | string;
  /** Shown at the left of the table tools. */
  tools?: ReactNode;
  /** Asked for rows that were made of other rows. */
  onOpenDerived?: (derived: DerivedRow) => void;
};

type Row = { cells: Cell[]; at: number };

const NUMBERS = new Set(["integer", "number", "decimal"]);

/** Source rows as they are stored, with file:line behind each. */
export function RowsTable({ page, caption, maxHeight, tools, onOpenDerived }: RowsTableProps) {
  const { t, label } = useText();
  const rows: Row[] = page.rows.map((cells, at) => ({ cells, at }));
  const columns: TableColumn<Row>[] = page.columns.map((column, index) => ({
    key: column.name,
    title: label(column.label) || column.name,
    align: NUMBERS.has(column.type) ? "right" : "left",
    value: (row) => row.cells[index] ?? null,
    render: (row) => rawText(row.cells[index] ?? null, column.type),
    width: 260,
    ellipsis: column.type === "string",
  }));
  const origin: TableColumn<Row> = {
    key: "origin",
    pinned: true,
    title: t("lineage.fileLine"),
    value: ({ at }) => {
      const from = page.origin[at];
      return from ? `${from.file_name}:${from.line}` : null;
    },
    render: ({ at }) => <OriginCell page={page} at={at} onOpenDerived={onOpenDerived} />,
  };
  return (
    <DataTable
      tools={tools ?? true}
      caption={caption}
      columns={[...columns, origin]}
      rows={rows}
      rowKey={(row) => String(page.offset + row.at)}
      maxHeight={maxHeight}
    />
  );
}

/** Source values keep all their digits; only times are shortened. */
function rawText(value: Cell, type: string): string {
  if (value === null) return NO_VALUE;
  return type === "timestamp" ? formatInstant(String(value)) : String(value);
}

function OriginCell({
  page,
  at,
  onOpenDerived,
}: {
  page: RowsPage;
  at: number;
  onOpenDerived?: (one: DerivedRow) => void;
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
