import { Alert, Button, Input } from "antd";
import { useState } from "react";
import { useDimensionName } from "@/api/names";
import { useDecideTargets, useTargetCheck, useTargetList } from "@/api/queries";
import type { Metric, Target, TargetDifference } from "@/api/types";
import { DataTable, type TableColumn } from "@/components/DataTable";
import { ProblemView } from "@/components/ProblemView";
import { formatInstant, formatValue } from "@/lib/format";
import { useText } from "@/lib/use-text";
import { useSegmentText } from "./segment";

/** Drafts and submitted targets with what can be done about them; nothing while there are none. */
export function PendingTargets({ metrics }: { metrics: Metric[] }) {
  const { t, label, locale, person } = useText();
  const segmentText = useSegmentText();
  const list = useTargetList().data;
  const decide = useDecideTargets();
  const [by, setBy] = useState("");
  const [note, setNote] = useState("");
  if (!list || list.pending.length === 0) return null;
  const act = (action: "submit" | "approve" | "reject", ids: number[]) =>
    decide.mutate({ ids, action, by: by.trim() || null, note: note.trim() || null });
  const of = (target: Target) => metrics.find((metric) => metric.name === target.metric);
  const drafts = list.pending.filter((one) => one.approval.state === "draft").map((one) => one.id);
  const submitted = list.pending.filter((one) => one.approval.state === "submitted").map((one) => one.id);
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
        formatValue(one.target, { locale, format: of(one)?.format ?? "number", unit: of(one)?.unit }),
    },
    {
      key: "state",
      title: t("approval.state"),
      value: (one) => t(`approval.${one.approval.state as "draft"}`),
    },
    { key: "by", title: t("targets.by"), value: (one) => person(one.approval.submitted_by ?? one.by) },
    { key: "at", title: t("targets.at"), value: (one) => one.at, render: (one) => formatInstant(one.at) },
    { key: "reason", title: t("targets.reason"), value: (one) => one.reason, ellipsis: true, width: 200 },
  ];
  return (
    <section aria-label={t("approval.pending")} style={{ marginBottom: 16 }}>
      <h2>{t("approval.pending")}</h2>
      <div className="row" style={{ marginBottom: 8 }}>
        <Input
          style={{ width: 140 }}
          placeholder={t("approval.who")}
          aria-label={t("approval.who")}
          value={by}
          onChange={(event) => setBy(event.target.value)}
        />
        <Input
          style={{ width: 220 }}
          placeholder={t("approval.note")}
          aria-label={t("approval.note")}
          value={note}
          onChange={(event) => setNote(event.target.value)}
        />
        <Button disabled={drafts.length === 0} onClick={() => act("submit", drafts)}>
          {t("approval.submitAll", { count: drafts.length })}
        </Button>
        <Button type="primary" disabled={submitted.length === 0} onClick={() => act("approve", submitted)}>
          {t("approval.approveAll", { count: submitted.length })}
        </Button>
        <Button danger disabled={submitted.length === 0} onClick={() => act("reject", submitted)}>
          {t("approval.reject", { count: submitted.length })}
        </Button>
      </div>
      {decide.isError && <ProblemView error={decide.error} />}
      <DataTable
        caption={t("approval.pending")}
        columns={columns}
        rows={list.pending}
        rowKey={(one) => String(one.id)}
        maxHeight={280}
      />
    </section>
  );
}

/** Cascades that do not add up, in one line each; nothing while all do. */
export function CascadeDifferences({ metrics }: { metrics: Metric[] }) {
  const { t, label, locale } = useText();
  const dimensionName = useDimensionName();
  const found = useTargetCheck().data?.differences ?? [];
  if (found.length === 0) return null;
  const line = (one: TargetDifference) => {
    const metric = metrics.find((metric) => metric.name === one.metric);
    const value = (amount: number) =>
      formatValue(amount, { locale, format: metric?.format ?? "number", length: "full" });
    return t("targets.differs", {
      metric: label(metric?.label) || one.metric,
      period: one.period,
      segment: one.segment ?? t("targets.whole"),
      by: dimensionName(one.by),
      level: t(`targets.${one.level as "target"}`),
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
