import type { ImportReport, Reject } from "@/api/types";
import { formatInteger, formatValue } from "@/lib/format";
import { serverText } from "@/lib/server-text";
import { useText } from "@/lib/use-text";
import { useDatasets } from "@/product/catalogue/api";
import { DataTable } from "@/ui/DataTable";
import { Section } from "@/ui/PageHeader";
import { useColumnName } from "./names";

type Counts = Pick<
  ImportReport,
  "rows_read" | "accepted" | "rejected" | "new_rows" | "replaced" | "unchanged"
>;

/** Rows read, accepted, refused, and what they changed. */
export function ReportCounts({ report }: { report: Counts }) {
  const { t, locale } = useText();
  const keys = ["rows_read", "accepted", "rejected", "new_rows", "replaced", "unchanged"] as const;
  return (
    <div className="tiles">
      {keys.map((key) => (
        <div className="tile" key={key}>
          <div className="tile-label">{t(`report.${key}`)}</div>
          <div className="tile-value">{formatInteger(report[key], locale)}</div>
        </div>
      ))}
    </div>
  );
}

/** Sums of the accepted rows beside the file's own totals row. */
export function ControlTotals({ dataset, totals }: Pick<ImportReport, "dataset" | "totals">) {
  const { t, locale, label } = useText();
  const columns = useDatasets().data?.find((one) => one.name === dataset)?.columns;
  if (totals.length === 0) return null;
  // A file may hold several currencies, so money is told without a sign.
  const text = (total: ImportReport["totals"][number], value: number | null) => {
    const isMoney = columns?.find((one) => one.name === total.column)?.kind === "money";
    return formatValue(value, { locale, format: isMoney ? "money" : "number" });
  };
  const gap = ({ sum, file_total }: ImportReport["totals"][number]) =>
    file_total === null ? null : sum - file_total;
  return (
    <Section title={t("report.totals")}>
      <DataTable
        caption={t("report.totals")}
        rows={totals}
        rowKey={(total) => total.column}
        columns={[
          { key: "column", title: t("data.column"), value: (total) => label(total.label) || total.column },
          {
            key: "sum",
            title: t("report.sum"),
            align: "right",
            value: (total) => total.sum,
            render: (total) => text(total, total.sum),
          },
          {
            key: "file",
            title: t("report.fileTotal"),
            align: "right",
            value: (total) => total.file_total,
            render: (total) => text(total, total.file_total),
          },
          {
            key: "gap",
            title: t("report.gap"),
            align: "right",
            value: gap,
            render: (total) => text(total, gap(total)),
          },
        ]}
      />
    </Section>
  );
}

export function RejectsTable({ dataset, rejects }: { dataset: string; rejects: Reject[] }) {
  const { t } = useText();
  const columnName = useColumnName(dataset);
  return (
    <DataTable
      tools
      caption={t("report.rejects", { count: rejects.length })}
      rows={rejects}
      rowKey={(reject, index) => `${reject.line}:${reject.column}:${index}`}
      maxHeight={360}
      columns={[
        { key: "line", title: t("report.line"), align: "right", value: (reject) => reject.line, width: 72 },
        {
          key: "column",
          title: t("data.column"),
          value: (reject) => (reject.column ? columnName(reject.column) : null),
        },
        {
          key: "value",
          title: t("report.value"),
          value: (reject) => reject.value,
          ellipsis: true,
          width: 200,
        },
        { key: "reason", title: t("report.reason"), value: (reject) => serverText(reject.reason) },
        { key: "hint", title: t("report.hint"), value: (reject) => serverText(reject.hint ?? "") },
      ]}
    />
  );
}
