import { Button } from "antd";
import { Link, useNavigate, useSearchParams } from "react-router";
import type { Import } from "@/api/types";
import { formatDuration, formatInstant, formatInteger } from "@/lib/format";
import { useText } from "@/lib/use-text";
import { useDatasetName } from "@/product/catalogue/names";
import { DataTable, Pager, type TableColumn } from "@/ui/DataTable";
import { Mark } from "@/ui/Mark";
import { PageHeader } from "@/ui/PageHeader";
import { EmptyView, Panel } from "@/ui/Panel";
import { useImports } from "./api";
import { RejectsLink, UndoButton } from "./ImportActions";
import "./data.css";

const PAGE = 50;

/** Every import with its control totals, newest first. */
export function ImportsPage() {
  const { t } = useText();
  const datasetName = useDatasetName();
  const [params, setParams] = useSearchParams();
  const dataset = params.get("dataset");
  const offset = Math.max(0, Math.trunc(Number(params.get("offset")) || 0));
  const imports = useImports(dataset, offset, PAGE);
  const navigate = useNavigate();
  const columns = useImportColumns();
  const move = (first: number) =>
    setParams((now) => {
      now.set("offset", String(first));
      return now;
    });
  const subject = dataset && datasetName(dataset);
  return (
    <>
      <PageHeader
        title={t("imports.title")}
        trail={<Link to="/data">{t("data.title")}</Link>}
        aside={
          subject && (
            <>
              {t("imports.only", { dataset: subject })} <Link to="/data/imports">{t("imports.all")}</Link>
            </>
          )
        }
        actions={
          <Button type="primary" onClick={() => navigate("/data/import")}>
            {t("import.title")}
          </Button>
        }
      />
      <Panel
        query={imports}
        height={480}
        isEmpty={(page) => page.total === 0}
        empty={
          <EmptyView
            title={t("imports.emptyTitle")}
            text={t("data.emptyText")}
            action={<Button onClick={() => navigate("/data/import")}>{t("import.title")}</Button>}
          />
        }
      >
        {(page) => (
          <>
            <DataTable
              tools
              caption={t("imports.title")}
              columns={columns}
              rows={page.imports}
              rowKey={(one) => String(one.id)}
            />
            {page.total > PAGE && <Pager first={offset} size={PAGE} total={page.total} onMove={move} />}
          </>
        )}
      </Panel>
    </>
  );
}

function useImportColumns(): TableColumn<Import>[] {
  const { t, locale, person } = useText();
  const datasetName = useDatasetName();
  const count = (
    key: "rows_read" | "accepted" | "rejected" | "new_rows" | "replaced" | "unchanged",
  ): TableColumn<Import> => ({
    key,
    title: t(`report.${key}`),
    align: "right",
    value: (one) => one[key],
    render: (one) => formatInteger(one[key], locale),
  });
  return [
    {
      key: "file",
      title: t("imports.file"),
      value: (one) => one.file_name,
      render: (one) => <Link to={`/data/imports/${one.id}`}>{one.file_name}</Link>,
      ellipsis: true,
      width: 280,
    },
    { key: "dataset", title: t("data.dataset"), value: (one) => datasetName(one.dataset) },
    {
      key: "state",
      title: t("imports.state"),
      value: (one) => t(`importState.${one.state}`),
      render: (one) => <Mark>{t(`importState.${one.state}`)}</Mark>,
    },
    count("rows_read"),
    count("accepted"),
    {
      ...count("rejected"),
      render: (one) =>
        one.has_rejects ? (
          <RejectsLink id={one.id} text={formatInteger(one.rejected, locale)} />
        ) : (
          formatInteger(one.rejected, locale)
        ),
    },
    count("new_rows"),
    count("replaced"),
    count("unchanged"),
    {
      key: "at",
      title: t("imports.at"),
      value: (one) => one.started_at,
      render: (one) => formatInstant(one.started_at),
    },
    {
      key: "duration",
      title: t("imports.duration"),
      align: "right",
      value: (one) => one.duration_ms,
      render: (one) => formatDuration(one.duration_ms / 1000, locale),
    },
    { key: "by", title: t("imports.by"), value: (one) => person(one.by) },
    {
      key: "undo",
      title: "",
      name: t("imports.undo"),
      render: (one) => one.state === "committed" && <UndoButton item={one} small />,
    },
  ];
}
