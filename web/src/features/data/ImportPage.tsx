import type { ReactNode } from "react";
import { Link, useParams } from "react-router";
import type { Import } from "@/api/types";
import { formatDuration, formatInstant } from "@/lib/format";
import { serverText } from "@/lib/server-text";
import { useText } from "@/lib/use-text";
import { useDatasetName } from "@/product/catalogue/names";
import { DataTable } from "@/ui/DataTable";
import { Mark } from "@/ui/Mark";
import { PageHeader, Section } from "@/ui/PageHeader";
import { EmptyView, Panel } from "@/ui/Panel";
import { useImport } from "./api";
import { RejectsLink, UndoButton } from "./ImportActions";
import { useColumnName, useSourceName } from "./names";
import { ControlTotals, RejectsTable, ReportCounts } from "./Report";
import "./data.css";

export function ImportPage() {
  const { id = "" } = useParams();
  const { t } = useText();
  const known = /^\d+$/.test(id);
  const found = useImport(Number(id), known);
  return (
    <>
      <PageHeader
        title={found.data?.file_name ?? id}
        trail={
          <>
            <Link to="/data">{t("data.title")}</Link> / <Link to="/data/imports">{t("imports.title")}</Link>
          </>
        }
        aside={found.data && <Mark>{t(`importState.${found.data.state}`)}</Mark>}
        actions={found.data?.state === "committed" && <UndoButton item={found.data} />}
      />
      {known ? (
        <Panel query={found} height={480}>
          {(item) => <Detail item={item} />}
        </Panel>
      ) : (
        <EmptyView
          title={t("imports.unknown", { id })}
          action={<Link to="/data/imports">{t("imports.all")}</Link>}
        />
      )}
    </>
  );
}

function Detail({ item }: { item: Import }) {
  const { t, list, person } = useText();
  const datasetName = useDatasetName();
  const columnName = useColumnName(item.dataset);
  const sourceName = useSourceName();
  return (
    <>
      {item.error && (
        <p className="state state-problem" role="alert">
          {serverText(item.error)}
        </p>
      )}
      <ReportCounts report={item} />
      <ControlTotals dataset={item.dataset} totals={item.totals} />
      {item.rejects.length > 0 && (
        <Section
          title={t("report.rejects", { count: item.rejected })}
          extra={<RejectsLink id={item.id} text={t("imports.rejectsFile")} />}
        >
          <RejectsTable dataset={item.dataset} rejects={item.rejects} />
        </Section>
      )}
      <Section title={t("imports.facts")}>
        <dl className="facts">
          <Fact name={t("data.dataset")}>
            <Link to={`/data/datasets/${item.dataset}`}>{datasetName(item.dataset)}</Link>
          </Fact>
          {item.derived.length > 0 && (
            <Fact name={t("report.derived")}>{list(item.derived.map(datasetName))}</Fact>
          )}
          <Fact name={t("imports.source")}>
            {item.source ? sourceName(item.source) : t("imports.noSource")}
          </Fact>
          <Fact name={t("imports.at")}>
            {formatInstant(item.started_at)} · <Duration ms={item.duration_ms} /> · {person(item.by)}
          </Fact>
          {item.query && (
            <Fact name={t("imports.query")}>
              <code>{item.query}</code>
            </Fact>
          )}
          {item.cursor && <Fact name={t("imports.cursor")}>{item.cursor}</Fact>}
          <Fact name={t("imports.hash")}>
            <code>{item.file_hash}</code>
          </Fact>
        </dl>
      </Section>
      {item.mapping.length > 0 && (
        <Section title={t("imports.mapping")}>
          <DataTable
            caption={t("imports.mapping")}
            rows={item.mapping}
            rowKey={(one) => one.header}
            columns={[
              { key: "header", title: t("wizard.header"), value: (one) => one.header },
              {
                key: "column",
                title: t("wizard.field"),
                value: (one) => (one.column ? columnName(one.column) : t("wizard.unmapped")),
              },
            ]}
          />
        </Section>
      )}
    </>
  );
}

function Duration({ ms }: { ms: number }) {
  const { locale } = useText();
  return formatDuration(ms / 1000, locale);
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}
