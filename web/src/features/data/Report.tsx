import type { ImportReport, Reject } from "@/api/types";
import { DataTable } from "@/components/DataTable";
import { Section } from "@/components/PageHeader";
import { formatInteger, formatValue, NO_VALUE } from "@/lib/format";
import { useText } from "@/lib/use-text";

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
export function ControlTotals({ totals }: { totals: ImportReport["totals"] }) {
  const { t, locale, label } = useText();
  if (totals.length === 0) return null;
  const style = { locale, format: "number" } as const;
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
            render: (total) => formatValue(total.sum, style),
          },
          {
            key: "file",
            title: t("report.fileTotal"),
            align: "right",
            value: (total) => total.file_total,
            render: (total) => formatValue(total.file_total, style),
          },
          {
            key: "gap",
            title: t("report.gap"),
            align: "right",
            value: (total) => (total.file_total === null ? null : total.sum - total.file_total),
            render: (total) =>
              total.file_total === null ? NO_VALUE : formatValue(total.sum - total.file_total, style),
          },
        ]}
      />
    </Section>
  );
}

export function RejectsTable({ rejects }: { rejects: Reject[] }) {
  const { t } = useText();
  return (
    <DataTable
      tools
      caption={t("report.rejects", { count: rejects.length })}
      rows={rejects}
      rowKey={(reject, index) => `${reject.line}:${reject.column}:${index}`}
      maxHeight={360}
      columns={[
        { key: "line", title: t("report.line"), align: "right", value: (reject) => reject.line, width: 72 },
        { key: "column", title: t("data.column"), value: (reject) => reject.column },
        {
          key: "value",
          title: t("report.value"),
          value: (reject) => reject.value,
          ellipsis: true,
          width: 200,
        },
        { key: "reason", title: t("report.reason"), value: (reject) => reject.reason },
        { key: "hint", title: t("report.hint"), value: (reject) => reject.hint ?? "" },
      ]}
    />
  );
}
