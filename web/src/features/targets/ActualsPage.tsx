import { Button } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import type { Actual, ActualList } from "@/api/types";
import { formatInstant, formatValue } from "@/lib/format";
import { useText } from "@/lib/use-text";
import { useCatalogue } from "@/product/catalogue/api";
import { useMetricName } from "@/product/catalogue/names";
import { useProject } from "@/product/project/api";
import { DataTable, type TableColumn } from "@/ui/DataTable";
import { PlusOutlined } from "@/ui/icons";
import { PageHeader } from "@/ui/PageHeader";
import { EmptyView, Panel } from "@/ui/Panel";
import { ActualForm } from "./ActualForm";
import { ApprovalBar } from "./ApprovalBar";
import { useActuals, useDecideActuals } from "./api";
import { useApprovalColumns } from "./approval";
import { useSegmentText } from "./segment";

/** Values of metrics without data: who entered them, on what evidence, who approved them. */
export function ActualsPage() {
  const { t } = useText();
  const actuals = useActuals();
  const [adding, setAdding] = useState(false);
  const manual = actuals.data?.metrics ?? [];
  const add = manual.length > 0 && (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => setAdding(true)}>
      {t("actuals.add")}
    </Button>
  );
  return (
    <>
      <PageHeader
        title={t("actuals.title")}
        trail={<Link to="/targets">{t("targets.title")}</Link>}
        actions={add}
      />
      <p className="muted small">{t("actuals.intro")}</p>
      <Panel
        query={actuals}
        height={320}
        isEmpty={(list) => list.actuals.length === 0}
        empty={
          <EmptyView
            title={t("actuals.emptyTitle")}
            text={manual.length > 0 ? t("actuals.emptyText") : t("actuals.noMetrics")}
            action={add}
          />
        }
      >
        {(list) => <Versions list={list} />}
      </Panel>
      {adding && <ActualForm metrics={manual} onClose={() => setAdding(false)} />}
    </>
  );
}

function Versions({ list }: { list: ActualList }) {
  const { t } = useText();
  const columns = useColumns();
  const decide = useDecideActuals();
  const waiting = list.actuals.filter((one) => ["draft", "submitted"].includes(one.approval.state));
  return (
    <>
      {waiting.length > 0 && (
        <section aria-label={t("actuals.pending")}>
          <ApprovalBar pending={waiting} decide={decide} />
        </section>
      )}
      <DataTable
        tools
        caption={t("actuals.title")}
        columns={columns}
        rows={list.actuals}
        rowKey={(one) => String(one.id)}
      />
    </>
  );
}

function useColumns(): TableColumn<Actual>[] {
  const { t, locale, person } = useText();
  const approval = useApprovalColumns<Actual>();
  const currency = useProject().data?.currency;
  const metrics = useCatalogue().data?.metrics ?? [];
  const metricName = useMetricName();
  const segmentText = useSegmentText();
  const of = (one: Actual) => metrics.find((metric) => metric.name === one.metric);
  return [
    { key: "metric", title: t("targets.metric"), value: (one) => metricName(one.metric) },
    { key: "period", title: t("targets.period"), value: (one) => one.period },
    {
      key: "segment",
      title: t("targets.segment"),
      value: segmentText,
    },
    {
      key: "value",
      title: t("actuals.value"),
      align: "right",
      value: (one) => one.value,
      render: (one) =>
        one.value === null
          ? t("actuals.withdrawn")
          : formatValue(one.value, {
              locale,
              currency,
              format: of(one)?.format ?? "number",
              unit: of(one)?.unit,
              length: "full",
            }),
    },
    approval.state,
    { key: "reason", title: t("targets.reason"), value: (one) => one.reason, ellipsis: true, width: 200 },
    {
      key: "evidence",
      title: t("actuals.evidence"),
      value: (one) => one.evidence,
      ellipsis: true,
      width: 240,
    },
    { key: "by", title: t("actuals.by"), value: (one) => person(one.by) },
    { key: "at", title: t("targets.at"), value: (one) => one.at, render: (one) => formatInstant(one.at) },
    approval.decided,
    approval.note,
    { key: "version", title: t("targets.version"), align: "right", value: (one) => one.version },
  ];
}
