import { Button } from "antd";
import { useState } from "react";
import { Link, useNavigate, useParams } from "react-router";
import type { Dataset } from "@/api/types";
import { formatInstant, formatInteger } from "@/lib/format";
import { useText } from "@/lib/use-text";
import { useDatasets } from "@/product/catalogue/api";
import { RowsTable } from "@/product/lineage/RowsTable";
import { DataTable, Pager, type TableColumn } from "@/ui/DataTable";
import { PageHeader, Section } from "@/ui/PageHeader";
import { EmptyView, Panel } from "@/ui/Panel";
import { useDatasetRows } from "./api";
import "./data.css";

const PAGE = 50;

export function DatasetPage() {
  const { name = "" } = useParams();
  const { t, label } = useText();
  const datasets = useDatasets();
  const dataset = datasets.data?.find((one) => one.name === name);
  return (
    <>
      <PageHeader
        title={dataset ? label(dataset.label) : name}
        trail={<Link to="/data">{t("data.title")}</Link>}
        aside={<code>{name}</code>}
        actions={
          <>
            <Link to={`/data/imports?dataset=${name}`}>
              <Button>{t("imports.title")}</Button>
            </Link>
            <Link to={`/data/import?dataset=${name}`}>
              <Button type="primary">{t("import.title")}</Button>
            </Link>
          </>
        }
      />
      <Panel
        query={datasets}
        height={480}
        isEmpty={() => dataset === undefined}
        empty={
          <EmptyView title={t("data.unknown", { name })} action={<Link to="/data">{t("data.all")}</Link>} />
        }
      >
        {() => dataset && <Detail dataset={dataset} />}
      </Panel>
    </>
  );
}

function Detail({ dataset }: { dataset: Dataset }) {
  const { t, locale } = useText();
  return (
    <>
      <div className="tiles">
        <Tile name={t("data.rows")} value={formatInteger(dataset.rows, locale)} />
        <Tile name={t("data.first")} value={formatInstant(dataset.first)} />
        <Tile name={t("data.asOf")} value={formatInstant(dataset.as_of)} />
        <Tile name={t("data.origin")} value={dataset.derived ? t("data.derived") : t("data.imported")} />
      </div>
      <Rows dataset={dataset} />
      <Section title={t("data.columns", { count: dataset.columns.length })}>
        <Columns dataset={dataset} />
      </Section>
    </>
  );
}

function Tile({ name, value }: { name: string; value: string }) {
  return (
    <div className="tile">
      <div className="tile-label">{name}</div>
      <div className="tile-value">{value}</div>
    </div>
  );
}

function Columns({ dataset }: { dataset: Dataset }) {
  const { t, label } = useText();
  type Column = Dataset["columns"][number];
  const columns: TableColumn<Column>[] = [
    { key: "label", title: t("data.column"), value: (column) => label(column.label) || column.name },
    {
      key: "name",
      title: t("data.code"),
      value: (column) => column.name,
      render: (column) => <code>{column.name}</code>,
    },
    { key: "kind", title: t("data.type"), value: (column) => t(`columnKind.${column.kind}`) },
    { key: "key", title: t("data.key"), value: (column) => (column.in_key ? t("data.inKey") : "") },
    {
      key: "required",
      title: t("data.required"),
      value: (column) => (column.required ? t("data.isRequired") : ""),
    },
    {
      key: "time",
      title: t("data.time"),
      value: (column) => (column.name === dataset.time ? t("data.isTime") : ""),
    },
  ];
  return (
    <DataTable
      caption={t("data.columns", { count: dataset.columns.length })}
      columns={columns}
      rows={dataset.columns}
      rowKey={(column) => column.name}
    />
  );
}

function Rows({ dataset }: { dataset: Dataset }) {
  const { t } = useText();
  const navigate = useNavigate();
  const [offset, setOffset] = useState(0);
  const rows = useDatasetRows(dataset.name, offset, PAGE);
  return (
    <Section title={t("data.content")}>
      <Panel
        query={rows}
        height={320}
        isEmpty={(page) => page.total === 0}
        empty={
          <EmptyView
            title={t("data.noRows")}
            action={
              <Button onClick={() => navigate(`/data/import?dataset=${dataset.name}`)}>
                {t("import.title")}
              </Button>
            }
          />
        }
      >
        {(page) => (
          <>
            <RowsTable page={page} caption={t("data.content")} maxHeight={400} />
            <Pager first={offset} size={PAGE} total={page.total} onMove={setOffset} />
          </>
        )}
      </Panel>
    </Section>
  );
}
