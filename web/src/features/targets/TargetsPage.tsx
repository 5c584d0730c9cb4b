import { Button, Select } from "antd";
import { useState } from "react";
import { Link, useSearchParams } from "react-router";
import { API_BASE } from "@/api/client";
import type { Metric, Target } from "@/api/types";
import { formatInstant } from "@/lib/format";
import { useText } from "@/lib/use-text";
import { useCatalogue } from "@/product/catalogue/api";
import { MetricSelect } from "@/product/catalogue/MetricSelect";
import { useTargets } from "@/product/target/api";
import { DataTable, type TableColumn } from "@/ui/DataTable";
import { DownloadOutlined, PlusOutlined } from "@/ui/icons";
import { PageHeader } from "@/ui/PageHeader";
import { EmptyView, Panel } from "@/ui/Panel";
import { Amount } from "./amounts";
import { targetLink } from "./key";
import { CascadeDifferences, PendingTargets } from "./PendingTargets";
import { useSegmentText } from "./segment";
import { TargetForm } from "./TargetForm";
import { TargetImportButton } from "./TargetImportButton";

/** Targets by metric, segment and period: who set them, when and why. */
export function TargetsPage() {
  const { t } = useText();
  const [params, setParams] = useSearchParams();
  const metric = params.get("metric");
  const period = params.get("period");
  const targets = useTargets();
  const metrics = useCatalogue().data?.metrics ?? [];
  const periods = [...new Set((targets.data ?? []).map((target) => target.period))].sort().reverse();
  const isWanted = (target: Target) =>
    (!metric || target.metric === metric) && (!period || target.period === period);
  const [editing, setEditing] = useState<Target | "new" | null>(null);
  const columns = useTargetColumns(metrics, setEditing);
  const put = (name: string, value: string | undefined) =>
    setParams((now) => {
      if (value) now.set(name, value);
      else now.delete(name);
      return now;
    });
  return (
    <>
      <PageHeader
        title={t("targets.title")}
        actions={
          <>
            <Button icon={<DownloadOutlined />} href={`${API_BASE}/targets/template.xlsx`}>
              {t("targets.template")}
            </Button>
            <TargetImportButton />
            <Link to="/targets/actuals">
              <Button>{t("actuals.title")}</Button>
            </Link>
            <Link to="/targets/grid">
              <Button>{t("grid.open")}</Button>
            </Link>
            <Button type="primary" icon={<PlusOutlined />} onClick={() => setEditing("new")}>
              {t("targets.add")}
            </Button>
          </>
        }
      />
      <PendingTargets metrics={metrics} />
      <CascadeDifferences metrics={metrics} />
      <div className="row" style={{ margin: "12px 0" }}>
        <MetricSelect
          allowClear
          metrics={metrics}
          label={t("targets.metric")}
          placeholder={t("targets.allMetrics")}
          style={{ minWidth: 200 }}
          value={metric ?? undefined}
          onChange={(value) => put("metric", value)}
        />
        <Select<string>
          allowClear
          showSearch
          aria-label={t("targets.period")}
          placeholder={t("targets.allPeriods")}
          style={{ minWidth: 140 }}
          value={period ?? undefined}
          onChange={(value) => put("period", value)}
          options={periods.map((value) => ({ value, label: value }))}
        />
        {(metric || period) && (
          <Button type="link" onClick={() => setParams(new URLSearchParams())}>
            {t("targets.all")}
          </Button>
        )}
      </div>
      <Panel
        query={targets}
        height={420}
        isEmpty={(list) => list.filter(isWanted).length === 0}
        empty={
          <EmptyView
            title={metric || period ? t("targets.nothing") : t("targets.emptyTitle")}
            text={metric || period ? undefined : t("targets.emptyText")}
            action={
              <Button type="primary" onClick={() => setEditing("new")}>
                {t("targets.add")}
              </Button>
            }
          />
        }
      >
        {(list) => (
          <DataTable
            tools
            caption={t("targets.title")}
            columns={columns}
            rows={newestFirst(list.filter(isWanted))}
            rowKey={(target) => String(target.id)}
          />
        )}
      </Panel>
      {editing && (
        <TargetForm
          key={editing === "new" ? "new" : editing.id}
          target={editing === "new" ? null : editing}
          metrics={metrics}
          onClose={() => setEditing(null)}
        />
      )}
    </>
  );
}

/** The latest periods on top; inside a period as the server lists them. */
function newestFirst(targets: Target[]): Target[] {
  return [...targets].sort((one, other) => other.period.localeCompare(one.period));
}

function useTargetColumns(metrics: Metric[], onEdit: (target: Target) => void): TableColumn<Target>[] {
  const { t, label, person } = useText();
  const segmentText = useSegmentText();
  const of = (name: string) => metrics.find((metric) => metric.name === name);
  const amount = (key: "floor" | "target" | "stretch"): TableColumn<Target> => ({
    key,
    title: t(`targets.${key}`),
    align: "right",
    value: (target) => target[key],
    render: (target) => <Amount metric={of(target.metric)} of={target} value={target[key]} />,
  });
  return [
    {
      key: "metric",
      title: t("targets.metric"),
      value: (target) => label(of(target.metric)?.label) || target.metric,
      render: (target) => (
        <Link to={targetLink(target)}>{label(of(target.metric)?.label) || target.metric}</Link>
      ),
    },
    {
      key: "segment",
      title: t("targets.segment"),
      value: (target) => segmentText(target),
    },
    { key: "period", title: t("targets.period"), value: (target) => target.period },
    amount("floor"),
    amount("target"),
    amount("stretch"),
    {
      key: "reason",
      title: t("targets.reason"),
      value: (target) => target.reason,
      ellipsis: true,
      width: 240,
    },
    { key: "by", title: t("targets.by"), value: (target) => person(target.by) },
    {
      key: "at",
      title: t("targets.at"),
      value: (target) => target.at,
      render: (target) => formatInstant(target.at),
    },
    { key: "version", title: t("targets.version"), align: "right", value: (target) => target.version },
    {
      key: "edit",
      title: "",
      name: t("targets.edit"),
      render: (target) => (
        <Button size="small" type="text" onClick={() => onEdit(target)}>
          {t("targets.edit")}
        </Button>
      ),
    },
  ];
}
