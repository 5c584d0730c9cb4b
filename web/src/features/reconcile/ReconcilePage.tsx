import { Button, Form, Input, Select, Switch } from "antd";
import { type ReactNode, useState } from "react";
import { Link } from "react-router";
import type { Reconciliation, ReconciliationSummary } from "@/api/types";
import { formatInstant, formatValue } from "@/lib/format";
import { serverText } from "@/lib/server-text";
import { useText } from "@/lib/use-text";
import { useCatalogue, useDimensionValues } from "@/product/catalogue/api";
import { MetricSelect } from "@/product/catalogue/MetricSelect";
import { useMetricName } from "@/product/catalogue/names";
import { useValueName } from "@/product/catalogue/use-value-name";
import { ComputedNumber } from "@/product/computed/ComputedNumber";
import { type ComputedInput, computed, type Measured, requestOf } from "@/product/computed/computed";
import { whereOf } from "@/product/filters/filters";
import { MetricNumber } from "@/product/number/Metric";
import { lastCompleteMonth, rangeOfPeriod } from "@/product/period/period";
import { useProject } from "@/product/project/api";
import { DataTable, type TableColumn } from "@/ui/DataTable";
import { PageHeader } from "@/ui/PageHeader";
import { EmptyView, Panel } from "@/ui/Panel";
import { ProblemView } from "@/ui/ProblemView";
import { useReconcile, useReconciliation, useReconciliations } from "./api";

type Fields = {
  metric: string;
  period: string;
  store?: string;
  figure?: string;
  against?: string;
  given: boolean;
  withExcluded?: boolean;
  datedBy?: string;
  dayEnds?: string;
  refunds?: string;
  note?: string;
};

/** Names as the definitions have them, the same in every language. */
const EXAMPLE = { column: "placed_at", metric: "refund_amount" };

/** 对账: the platform's own figure beside ours, the difference split exactly and kept. */
export function ReconcilePage() {
  const { t } = useText();
  const run = useReconcile();
  const [opened, setOpened] = useState<number | null>(null);
  const kept = useReconciliation(opened).data;
  const shown = opened === null ? run.data : kept;
  return (
    <>
      <PageHeader title={t("reconcile.title")} trail={<Link to="/data">{t("data.title")}</Link>} />
      <ReconcileForm
        pending={run.isPending}
        onSubmit={(fields) => {
          setOpened(null);
          run.mutate(toRequest(fields));
        }}
      />
      {run.isError && <ProblemView error={run.error} />}
      {shown && <Explained found={shown} />}
      <h2>{t("reconcile.kept")}</h2>
      <Kept onOpen={setOpened} />
    </>
  );
}

function ReconcileForm({ pending, onSubmit }: { pending: boolean; onSubmit: (fields: Fields) => void }) {
  const { t } = useText();
  const [form] = Form.useForm<Fields>();
  const metrics = useCatalogue().data?.metrics ?? [];
  const asOf = useProject().data?.as_of;
  const nameOf = useValueName();
  const stores = useDimensionValues("store", "paid_amount", "").data ?? [];
  const given = Form.useWatch("given", form);
  const sums = metrics.filter((metric) => metric.kind === "simple");
  if (!asOf) return null;
  return (
    <Form<Fields>
      form={form}
      layout="inline"
      style={{ rowGap: 8, marginBottom: 16 }}
      onFinish={onSubmit}
      initialValues={{ metric: "paid_amount", period: lastCompleteMonth(asOf), given: false }}
    >
      <Form.Item name="metric" label={t("targets.metric")} rules={[{ required: true }]}>
        <MetricSelect style={{ width: 180 }} metrics={sums} />
      </Form.Item>
      <Form.Item
        name="period"
        label={t("targets.period")}
        rules={[{ required: true, message: t("targets.periodWrong") }]}
      >
        <Input style={{ width: 110 }} />
      </Form.Item>
      <Form.Item name="store" label={t("reconcile.store")}>
        <Select<string>
          allowClear
          style={{ width: 180 }}
          placeholder={t("targets.whole")}
          options={stores.map((value) => ({ value: String(value), label: nameOf("store", value) }))}
        />
      </Form.Item>
      <Form.Item name="figure" label={t("reconcile.figure")}>
        <Input style={{ width: 150 }} inputMode="decimal" placeholder="123456.78" />
      </Form.Item>
      <Form.Item name="against" label={t("reconcile.against")}>
        <MetricSelect allowClear style={{ width: 200 }} metrics={sums} />
      </Form.Item>
      <Form.Item name="given" label={t("reconcile.given")} valuePropName="checked">
        <Switch size="small" />
      </Form.Item>
      {given && <PracticeFields />}
      <Form.Item name="note" label={t("reconcile.note")}>
        <Input style={{ width: 180 }} />
      </Form.Item>
      <Button type="primary" htmlType="submit" loading={pending}>
        {t("reconcile.run")}
      </Button>
    </Form>
  );
}

function PracticeFields() {
  const { t } = useText();
  return (
    <>
      <Form.Item name="withExcluded" label={t("reconcile.withExcluded")} valuePropName="checked">
        <Switch size="small" />
      </Form.Item>
      <Form.Item name="datedBy" label={t("reconcile.datedBy")}>
        <Input style={{ width: 120 }} placeholder={EXAMPLE.column} />
      </Form.Item>
      <Form.Item name="dayEnds" label={t("reconcile.dayEnds")}>
        <Input style={{ width: 80 }} placeholder="23:30" />
      </Form.Item>
      <Form.Item name="refunds" label={t("reconcile.refunds")}>
        <Input style={{ width: 160 }} placeholder={EXAMPLE.metric} />
      </Form.Item>
    </>
  );
}

type Line = { name: string; amount: string; shown: ReactNode; rows: number | null };

/** Ours, each reason, what is unexplained, and the platform's figure: a sum that can be checked by hand. */
function Explained({ found }: { found: Reconciliation }) {
  const { t, label } = useText();
  const amount = useAmount();
  const nameOf = useValueName();
  const ours = oursOf(found);
  const line = (
    name: string,
    text: string,
    shown: ReactNode = amount(text),
    rows: number | null = null,
  ): Line => ({
    name,
    amount: text,
    shown,
    rows,
  });
  const reasons = found.parts.map(
    (part): ComputedInput => ({ part: "reason", name: label(part.label), value: Number(part.amount) }),
  );
  const unexplained = computed("unexplained", ours, Number(found.unexplained), [
    { part: "platform", value: Number(found.figure) },
    { part: "ours", value: ours.value, number: requestOf(ours) },
    ...reasons,
  ]);
  const lines = [
    line(t("reconcile.ours"), found.ours, <MetricNumber {...ours} />),
    ...found.parts.map((part) =>
      line(label(part.label), part.amount, amount(part.amount), part.rows ?? null),
    ),
    line(
      t("reconcile.unexplained"),
      found.unexplained,
      <ComputedNumber of={unexplained}>{amount(found.unexplained)}</ComputedNumber>,
    ),
    line(t("reconcile.figure"), found.figure),
  ];
  return (
    <section aria-label={t("reconcile.result")}>
      <h2>
        {found.period} {found.segment ? nameOf(found.dimension, found.segment) : t("targets.whole")}
      </h2>
      <DataTable
        caption={t("reconcile.result")}
        rows={lines}
        rowKey={(one, index) => `${index}/${one.name}`}
        columns={[
          { key: "name", title: t("reconcile.reason"), value: (one) => one.name },
          {
            key: "amount",
            title: t("reconcile.amount"),
            align: "right",
            value: (one) => one.amount,
            render: (one) => one.shown,
          },
          { key: "rows", title: t("reconcile.rows"), align: "right", value: (one) => one.rows },
        ]}
      />
      {found.found && found.parts.length > 0 && <p>{t("reconcile.found")}</p>}
      {found.notes.map((note) => (
        <p key={note}>{serverText(note)}</p>
      ))}
    </section>
  );
}

/** Writes decimals of money in full. */
function useAmount(): (decimal: string) => string {
  const { locale } = useText();
  const currency = useProject().data?.currency;
  return (decimal) => formatValue(Number(decimal), { locale, currency, format: "money", length: "full" });
}

/** Our own figure with what opens it. */
function oursOf(one: ReconciliationSummary | Reconciliation): Measured {
  const range = rangeOfPeriod(one.period);
  const filter = one.dimension && one.segment ? { dimension: one.dimension, values: [one.segment] } : null;
  const query = {
    metrics: [one.metric],
    group_by: [],
    // Only a store, which is an entity, can be chosen.
    where: filter ? [whereOf(filter, "entity")] : [],
    start_time: range?.start ?? null,
    end_time: range?.end ?? null,
    order: [],
    limit: null,
    compare: [],
  };
  const origin = range && { query, cell: {} };
  return { metric: one.metric, value: Number(one.ours), format: "money", origin };
}

function Kept({ onOpen }: { onOpen: (id: number) => void }) {
  const { t, person } = useText();
  const amount = useAmount();
  const nameOf = useValueName();
  const metricName = useMetricName();
  const kept = useReconciliations();
  const money = (title: string, key: "figure" | "unexplained"): TableColumn<ReconciliationSummary> => ({
    key,
    title,
    align: "right",
    value: (one) => one[key],
    render: (one) => amount(one[key]),
  });
  const columns: TableColumn<ReconciliationSummary>[] = [
    {
      key: "id",
      title: "#",
      value: (one) => one.id,
      render: (one) => (
        <Button type="link" size="small" onClick={() => onOpen(one.id)}>
          {one.id}
        </Button>
      ),
    },
    { key: "metric", title: t("targets.metric"), value: (one) => metricName(one.metric) },
    { key: "period", title: t("targets.period"), value: (one) => one.period },
    {
      key: "segment",
      title: t("targets.segment"),
      value: (one) => (one.segment ? nameOf(one.dimension, one.segment) : t("targets.whole")),
    },
    money(t("reconcile.figure"), "figure"),
    {
      key: "ours",
      title: t("reconcile.ours"),
      align: "right",
      value: (one) => one.ours,
      render: (one) => <MetricNumber {...oursOf(one)} />,
    },
    money(t("reconcile.unexplained"), "unexplained"),
    { key: "by", title: t("targets.by"), value: (one) => person(one.by) },
    { key: "at", title: t("targets.at"), value: (one) => one.at, render: (one) => formatInstant(one.at) },
    { key: "note", title: t("reconcile.note"), value: (one) => one.note },
  ];
  return (
    <Panel
      query={kept}
      height={160}
      isEmpty={(list) => list.length === 0}
      empty={<EmptyView title={t("reconcile.emptyTitle")} text={t("reconcile.emptyText")} />}
    >
      {(list) => (
        <DataTable
          tools
          caption={t("reconcile.kept")}
          columns={columns}
          rows={list}
          rowKey={(one) => String(one.id)}
        />
      )}
    </Panel>
  );
}

function toRequest(fields: Fields) {
  return {
    metric: fields.metric,
    period: fields.period,
    dimension: fields.store ? "store" : null,
    segment: fields.store ?? null,
    figure: fields.figure || null,
    against: fields.figure ? null : (fields.against ?? null),
    practice: fields.given
      ? {
          with_excluded: fields.withExcluded ?? false,
          statuses: null,
          dated_by: fields.datedBy || null,
          day_ends: fields.dayEnds || null,
          timezone: null,
          refunds: fields.refunds || null,
        }
      : null,
    note: fields.note ?? "",
  };
}
