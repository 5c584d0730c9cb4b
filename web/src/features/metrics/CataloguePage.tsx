import { Input } from "antd";
import { Link, useNavigate, useSearchParams } from "react-router";
import type { Metric } from "@/api/types";
import { useSearch, wordsOf } from "@/lib/pinyin";
import { useText } from "@/lib/use-text";
import { useCatalogue } from "@/product/catalogue/api";
import { useDatasetName } from "@/product/catalogue/names";
import { useProject } from "@/product/project/api";
import { DataTable, type TableColumn } from "@/ui/DataTable";
import { IssueList } from "@/ui/IssueList";
import { PageHeader, Section } from "@/ui/PageHeader";
import { EmptyView, Panel } from "@/ui/Panel";
import "./metrics.css";

/** All metrics of the project, searched by name, pinyin, synonym or code. */
export function CataloguePage() {
  const { t } = useText();
  const catalogue = useCatalogue();
  const issues = useProject().data?.issues ?? [];
  const [params, setParams] = useSearchParams();
  const typed = params.get("q") ?? "";
  const found = useSearch<Metric>(typed, (metric) => [...wordsOf(metric), metric.group]);
  const search = (text: string) =>
    setParams(
      (now) => {
        if (text) now.set("q", text);
        else now.delete("q");
        return now;
      },
      { replace: true },
    );
  return (
    <>
      <PageHeader
        title={t("metrics.title")}
        aside={catalogue.data && t("metrics.count", { count: catalogue.data.metrics.length })}
        actions={
          <Input.Search
            allowClear
            defaultValue={typed}
            placeholder={t("metrics.search")}
            aria-label={t("metrics.search")}
            onChange={(event) => search(event.target.value)}
            style={{ width: 240 }}
          />
        }
      />
      <Panel
        query={catalogue}
        height={480}
        isEmpty={(data) => data.metrics.length === 0 && issues.length === 0}
        empty={<EmptyView title={t("metrics.emptyTitle")} text={t("metrics.emptyText")} />}
      >
        {(data) => (
          <>
            {issues.length > 0 && (
              <Section title={t("metrics.issues", { count: issues.length })}>
                <IssueList issues={issues} />
              </Section>
            )}
            <MetricTable metrics={found(data.metrics)} typed={typed} onClear={() => search("")} />
          </>
        )}
      </Panel>
    </>
  );
}

function MetricTable({ metrics, typed, onClear }: { metrics: Metric[]; typed: string; onClear: () => void }) {
  const { t } = useText();
  const columns = useMetricColumns();
  const navigate = useNavigate();
  if (metrics.length === 0) {
    return (
      <EmptyView
        title={t("metrics.nothing", { typed })}
        action={
          <button type="button" className="link-button" onClick={onClear}>
            {t("metrics.showAll")}
          </button>
        }
      />
    );
  }
  return (
    <DataTable
      tools
      caption={t("metrics.title")}
      columns={columns}
      rows={metrics}
      rowKey={(metric) => metric.name}
      onRowClick={(metric) => navigate(`/metrics/${metric.name}`)}
    />
  );
}

function useMetricColumns(): TableColumn<Metric>[] {
  const { t, label, lines } = useText();
  const datasetName = useDatasetName();
  return [
    {
      key: "label",
      title: t("metrics.name"),
      value: (metric) => label(metric.label),
      render: (metric) => (
        <Link to={`/metrics/${metric.name}`} onClick={(event) => event.stopPropagation()}>
          {label(metric.label)}
        </Link>
      ),
    },
    { key: "group", title: t("metrics.group"), value: (metric) => datasetName(metric.group) },
    { key: "kind", title: t("metrics.kind"), value: (metric) => t(`kind.${metric.kind}`) },
    { key: "format", title: t("metrics.format"), value: (metric) => t(`format.${metric.format}`) },
    {
      key: "direction",
      title: t("metrics.direction"),
      value: (metric) => t(`direction.${metric.direction}`),
    },
    {
      key: "description",
      title: t("metrics.caliber"),
      value: (metric) => lines(metric.description),
      ellipsis: true,
      width: 420,
    },
    {
      key: "code",
      title: t("metrics.code"),
      value: (metric) => metric.name,
      render: (metric) => <code>{metric.name}</code>,
    },
    {
      key: "place",
      title: t("metrics.place"),
      value: (metric) => `${metric.path}:${metric.line}`,
      render: (metric) => (
        <code className="muted">
          {metric.path}:{metric.line}
        </code>
      ),
    },
  ];
}
