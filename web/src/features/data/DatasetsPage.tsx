import { Button } from "antd";
import { Link, useNavigate } from "react-router";
import type { Dataset } from "@/api/types";
import { formatInstant, formatInteger } from "@/lib/format";
import { useText } from "@/lib/use-text";
import { useDatasets } from "@/product/catalogue/api";
import { useProject } from "@/product/project/api";
import { NoData } from "@/product/project/NoData";
import { DataTable, type TableColumn } from "@/ui/DataTable";
import { IssueList } from "@/ui/IssueList";
import { CloudUploadOutlined } from "@/ui/icons";
import { PageHeader, Section } from "@/ui/PageHeader";
import { Panel } from "@/ui/Panel";
import "./data.css";

/** What the project knows, how much of it, and up to when. */
export function DatasetsPage() {
  const { t } = useText();
  const datasets = useDatasets();
  const project = useProject().data;
  return (
    <>
      <PageHeader
        title={t("data.title")}
        aside={project?.as_of && t("number.asOf", { at: project.as_of })}
        actions={<DataActions />}
      />
      {project && project.issues.length > 0 && (
        <Section title={t("data.issues", { count: project.issues.length })}>
          <IssueList issues={project.issues} />
        </Section>
      )}
      <Panel
        query={datasets}
        height={480}
        isEmpty={(list) => list.every((dataset) => dataset.rows === 0)}
        empty={<NoData />}
      >
        {(list) => <Lists datasets={list} />}
      </Panel>
    </>
  );
}

function DataActions() {
  const { t } = useText();
  const navigate = useNavigate();
  return (
    <>
      <Button onClick={() => navigate("/data/reconcile")}>{t("reconcile.open")}</Button>
      <Button onClick={() => navigate("/data/imports")}>{t("imports.title")}</Button>
      <Button type="primary" icon={<CloudUploadOutlined />} onClick={() => navigate("/data/import")}>
        {t("import.title")}
      </Button>
    </>
  );
}

function Lists({ datasets }: { datasets: Dataset[] }) {
  const { t, label } = useText();
  const columns = useDatasetColumns();
  const navigate = useNavigate();
  const filled = datasets.filter((dataset) => dataset.rows > 0);
  const waiting = datasets.filter((dataset) => dataset.rows === 0);
  return (
    <>
      <DataTable
        tools
        caption={t("data.title")}
        columns={columns}
        rows={filled}
        rowKey={(dataset) => dataset.name}
        onRowClick={(dataset) => navigate(`/data/datasets/${dataset.name}`)}
      />
      {waiting.length > 0 && (
        <Section title={t("data.waiting", { count: waiting.length })}>
          <p className="waiting">
            {waiting.map((dataset) => (
              <Link key={dataset.name} to={`/data/datasets/${dataset.name}`}>
                {label(dataset.label)}
              </Link>
            ))}
          </p>
        </Section>
      )}
    </>
  );
}

function useDatasetColumns(): TableColumn<Dataset>[] {
  const { t, locale, label } = useText();
  return [
    {
      key: "label",
      title: t("data.dataset"),
      value: (dataset) => label(dataset.label),
      render: (dataset) => (
        <Link to={`/data/datasets/${dataset.name}`} onClick={(event) => event.stopPropagation()}>
          {label(dataset.label)}
        </Link>
      ),
    },
    {
      key: "name",
      title: t("data.code"),
      value: (dataset) => dataset.name,
      render: (dataset) => <code>{dataset.name}</code>,
    },
    {
      key: "rows",
      title: t("data.rows"),
      align: "right",
      value: (dataset) => dataset.rows,
      render: (dataset) => formatInteger(dataset.rows, locale),
    },
    {
      key: "first",
      title: t("data.first"),
      value: (dataset) => dataset.first,
      render: (dataset) => formatInstant(dataset.first),
    },
    {
      key: "as_of",
      title: t("data.asOf"),
      value: (dataset) => dataset.as_of,
      render: (dataset) => formatInstant(dataset.as_of),
    },
    {
      key: "origin",
      title: t("data.origin"),
      value: (dataset) => (dataset.derived ? t("data.derived") : t("data.imported")),
    },
  ];
}
