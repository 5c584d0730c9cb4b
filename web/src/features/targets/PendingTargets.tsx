import { Alert } from "antd";
import type { Metric, Target, TargetDifference } from "@/api/types";
import { formatInstant, formatValue } from "@/lib/format";
import { useText } from "@/lib/use-text";
import { useDimensionName } from "@/product/catalogue/names";
import { useProject } from "@/product/project/api";
import { useTargetList } from "@/product/target/api";
import { DataTable, type TableColumn } from "@/ui/DataTable";
import { Section } from "@/ui/PageHeader";
import { ApprovalBar } from "./ApprovalBar";
import { useDecideTargets, useTargetCheck } from "./api";
import { useApprovalColumns } from "./approval";
import { useSegmentText } from "./segment";

/** Drafts and submitted targets with what can be done about them; nothing while there are none. */
export function PendingTargets({ metrics }: { metrics: Metric[] }) {
  const { t, label, locale, person } = useText();
  const approval = useApprovalColumns<Target>();
  const segmentText = useSegmentText();
  const currency = useProject().data?.currency;
  const list = useTargetList().data;
  const decide = useDecideTargets();
  if (!list || list.pending.length === 0) return null;
  const of = (target: Target) => metrics.find((metric) => metric.name === target.metric);
  const columns: TableColumn<Target>[] = [
    { key: "metric", title: t("targets.metric"), value: (one) => label(of(one)?.label) || one.metric },
    {
      key: "segment",
      title: t("targets.segment"),
      value: segmentText,
    },
    { key: "period", title: t("targets.period"), value: (one) => one.period },
    {
      key: "target",
      title: t("targets.target"),
      align: "right",
      value: (one) => one.target,
      render: (one) =>
        formatValue(one.target, {
          locale,
          currency,
          format: of(one)?.format ?? "number",
          unit: of(one)?.unit,
        }),
    },
    approval.state,
    { key: "by", title: t("targets.by"), value: (one) => person(one.approval.submitted_by ?? one.by) },
    { key: "at", title: t("targets.at"), value: (one) => one.at, render: (one) => formatInstant(one.at) },
    { key: "reason", title: t("targets.reason"), value: (one) => one.reason, ellipsis: true, width: 200 },
  ];
  return (
    <Section title={t("approval.pending")}>
      <ApprovalBar pending={list.pending} decide={decide} />
      <DataTable
        caption={t("approval.pending")}
        columns={columns}
        rows={list.pending}
        rowKey={(one) => String(one.id)}
        maxHeight={280}
      />
    </Section>
  );
}

/** Cascades that do not add up, in one line each; nothing while all do. */
export function CascadeDifferences({ metrics }: { metrics: Metric[] }) {
  const { t, label, locale } = useText();
  const dimensionName = useDimensionName();
  const currency = useProject().data?.currency;
  const found = useTargetCheck().data?.differences ?? [];
  if (found.length === 0) return null;
  const line = (one: TargetDifference) => {
    const metric = metrics.find((metric) => metric.name === one.metric);
    const value = (amount: number) =>
      formatValue(amount, { locale, currency, format: metric?.format ?? "number", unit: metric?.unit });
    return t("targets.differs", {
      metric: label(metric?.label) || one.metric,
      period: one.period,
      segment: one.segment ?? t("targets.whole"),
      by: dimensionName(one.by),
      level: t(`targets.${one.level}`),
      sum: value(one.sum),
      parent: value(one.parent),
      difference: value(one.difference),
    });
  };
  return (
    <Alert
      type="warning"
      showIcon
      style={{ marginBottom: 12 }}
      title={t("targets.differences", { count: found.length })}
      description={found
        .slice(0, 5)
        .map((one) => (
          <div key={`${one.metric}/${one.period}/${one.segment}/${one.by}/${one.level}`}>{line(one)}</div>
        ))}
    />
  );
}
