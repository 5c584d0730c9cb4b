import { Button, Checkbox, Popover } from "antd";
import { type ReactNode, useMemo, useState } from "react";
import { formatInteger } from "@/lib/format";
import { copyText, toTsv } from "@/lib/tsv";
import { useText } from "@/lib/use-text";
import { CopyOutlined, SettingOutlined } from "./icons";
import "./table.css";

export type TableColumn<R> = {
  key: string;
  title: ReactNode;
  /** Plain form of the title for copying and the column settings; the title when it is text. */
  name?: string;
  align?: "left" | "right";
  /** Plain value for sorting and copying. */
  value?: (row: R) => string | number | boolean | null;
  render?: (row: R, index: number) => ReactNode;
  width?: number;
  /** Cuts long text with an ellipsis. */
  ellipsis?: boolean;
  sortable?: boolean;
  /** Stays in view at the right edge. */
  pinned?: boolean;
};

type DataTableProps<R> = {
  columns: TableColumn<R>[];
  rows: R[];
  rowKey: (row: R, index: number) => string;
  caption: string;
  /** Shows column settings and copying above the table. */
  tools?: boolean | ReactNode;
  onRowClick?: (row: R) => void;
  maxHeight?: number | string;
  pageSize?: number;
  rowClass?: (row: R) => string | undefined;
};

type Sort = { key: string; descending: boolean } | null;

/** A dense table: sticky header and first column, sorting, column settings, copy as TSV, pages. */
export function DataTable<R>(props: DataTableProps<R>) {
  const { columns, rows, rowKey, caption, tools, onRowClick, maxHeight, pageSize = 200, rowClass } = props;
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const [sort, setSort] = useState<Sort>(null);
  const [page, setPage] = useState(0);
  const shown = columns.filter((column) => !hidden.has(column.key));
  const sorted = useMemo(() => sortRows(rows, columns, sort), [rows, columns, sort]);
  const pages = Math.max(1, Math.ceil(sorted.length / pageSize));
  const first = Math.min(page, pages - 1) * pageSize;
  const toggle = (key: string) => setSort((now) => nextSort(now, key));
  return (
    <div className="table-block">
      {tools && (
        <div className="table-tools">
          {tools !== true && tools}
          <span className="spacer" />
          <TableTools columns={columns} hidden={hidden} setHidden={setHidden} rows={sorted} shown={shown} />
        </div>
      )}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
      <section className="table-scroll" style={{ maxHeight }} tabIndex={0} aria-label={caption}>
        <table className="table">
          <caption className="visually-hidden">{caption}</caption>
          <thead>
            <tr>
              {shown.map((column) => (
                <HeaderCell key={column.key} column={column} sort={sort} onSort={() => toggle(column.key)} />
              ))}
            </tr>
          </thead>
          <tbody>
            {sorted.slice(first, first + pageSize).map((row, index) => (
              <tr
                key={rowKey(row, first + index)}
                className={
                  [onRowClick && "table-row-link", rowClass?.(row)].filter(Boolean).join(" ") || undefined
                }
                onClick={onRowClick && (() => onRowClick(row))}
              >
                {shown.map((column) => (
                  <td
                    key={column.key}
                    className={cellClass(column)}
                    style={column.ellipsis ? { maxWidth: column.width } : undefined}
                    title={column.ellipsis ? plainText(column, row) : undefined}
                  >
                    {column.render ? column.render(row, first + index) : (column.value?.(row) ?? "")}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {pages > 1 && (
        <Pager first={first} size={pageSize} total={sorted.length} onMove={(at) => setPage(at / pageSize)} />
      )}
    </div>
  );
}

function cellClass<R>(column: TableColumn<R>): string | undefined {
  const names = [
    column.align === "right" && "right",
    column.ellipsis && "ellipsis",
    column.pinned && "pinned",
  ].filter(Boolean);
  return names.length > 0 ? names.join(" ") : undefined;
}

function plainText<R>(column: TableColumn<R>, row: R): string | undefined {
  const value = column.value?.(row);
  return value === undefined || value === null ? undefined : String(value);
}

function nextSort(now: Sort, key: string): Sort {
  if (now?.key !== key) return { key, descending: true };
  return now.descending ? { key, descending: false } : null;
}

function sortRows<R>(rows: R[], columns: TableColumn<R>[], sort: Sort): R[] {
  const value = columns.find((column) => column.key === sort?.key)?.value;
  if (!sort || !value) return rows;
  const sign = sort.descending ? -1 : 1;
  return [...rows].sort((one, other) => {
    const a = value(one);
    const b = value(other);
    if (a === null) return b === null ? 0 : 1;
    if (b === null) return -1;
    if (typeof a === "number" && typeof b === "number") return sign * (a - b);
    return sign * String(a).localeCompare(String(b));
  });
}

function HeaderCell<R>({ column, sort, onSort }: { column: TableColumn<R>; sort: Sort; onSort: () => void }) {
  const active = sort?.key === column.key ? sort : null;
  const order = active ? (active.descending ? "descending" : "ascending") : undefined;
  const sortable = column.sortable !== false && column.value !== undefined;
  return (
    <th
      scope="col"
      className={cellClass({ ...column, ellipsis: false })}
      style={{ width: column.width }}
      aria-sort={order}
    >
      {sortable ? (
        <button type="button" className="table-sort" onClick={onSort}>
          {column.title}
          <span aria-hidden="true" className="table-sort-mark">
            {active ? (active.descending ? "↓" : "↑") : ""}
          </span>
        </button>
      ) : (
        column.title
      )}
    </th>
  );
}

type ToolsProps<R> = {
  columns: TableColumn<R>[];
  shown: TableColumn<R>[];
  rows: R[];
  hidden: ReadonlySet<string>;
  setHidden: (hidden: ReadonlySet<string>) => void;
};

function TableTools<R>({ columns, shown, rows, hidden, setHidden }: ToolsProps<R>) {
  const { t } = useText();
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    const plain = shown.filter((column) => column.value);
    const text = toTsv(
      plain.map(nameOf),
      rows.map((row) => plain.map((column) => column.value?.(row) ?? null)),
    );
    setCopied(await copyText(text));
    setTimeout(() => setCopied(false), 2000);
  };
  return (
    <>
      <Popover
        trigger="click"
        placement="bottomRight"
        content={
          <Checkbox.Group
            className="table-columns"
            value={columns.filter((column) => !hidden.has(column.key)).map((column) => column.key)}
            onChange={(keys) =>
              setHidden(new Set(columns.map((column) => column.key).filter((key) => !keys.includes(key))))
            }
            options={columns.map((column) => ({ value: column.key, label: nameOf(column) }))}
          />
        }
      >
        <Button size="small" type="text" icon={<SettingOutlined />}>
          {t("table.columns")}
        </Button>
      </Popover>
      <Button size="small" type="text" icon={<CopyOutlined />} onClick={copy}>
        {copied ? t("action.copied") : t("table.copy")}
      </Button>
    </>
  );
}

function nameOf<R>(column: TableColumn<R>): string {
  return column.name ?? (typeof column.title === "string" ? column.title : column.key);
}

type PagerProps = { first: number; size: number; total: number; onMove: (first: number) => void };

/** Previous and next with the span on screen; also used where the server pages. */
export function Pager({ first, size, total, onMove }: PagerProps) {
  const { t, locale } = useText();
  const text = (count: number) => formatInteger(count, locale);
  const last = Math.min(total, first + size);
  return (
    <nav className="pager" aria-label={t("table.pages")}>
      <span>
        {t("table.span", { first: text(total === 0 ? 0 : first + 1), last: text(last), total: text(total) })}
      </span>
      <Button size="small" disabled={first === 0} onClick={() => onMove(Math.max(0, first - size))}>
        {t("table.previous")}
      </Button>
      <Button size="small" disabled={last >= total} onClick={() => onMove(first + size)}>
        {t("table.next")}
      </Button>
    </nav>
  );
}
