import { Form, Input, InputNumber, Modal } from "antd";
import type { Metric, NewTarget, Target } from "@/api/types";
import { useText } from "@/lib/use-text";
import { MetricSelect } from "@/product/catalogue/MetricSelect";
import { lastCompleteMonth } from "@/product/period/period";
import { useProject } from "@/product/project/api";
import { ProblemView } from "@/ui/ProblemView";
import { useSaveTarget } from "./api";
import { SegmentFields } from "./SegmentFields";

type TargetFormProps = { target: Target | null; metrics: Metric[]; onClose: () => void };

type Fields = {
  metric: string;
  dimension?: string;
  segment?: string;
  period: string;
  floor?: string | null;
  target: string;
  stretch?: string | null;
  reason: string;
};

/** 2025, 2025-Q4, 2025-11, 2025-W46 or 2025-11-11. */
export const PERIOD = /^\d{4}(-(0[1-9]|1[0-2])(-\d{2})?|-Q[1-4]|-W(0[1-9]|[1-4]\d|5[0-3]))?$/;

/** Adds a target or a new version of one; who and when are the server's to say, why is asked here. */
export function TargetForm({ target, metrics, onClose }: TargetFormProps) {
  const { t } = useText();
  const [form] = Form.useForm<Fields>();
  const save = useSaveTarget();
  const asOf = useProject().data?.as_of;
  const chosen = Form.useWatch("metric", form);
  const metric = metrics.find((one) => one.name === chosen);
  const submit = (fields: Fields) =>
    save.mutate(toTarget(fields, metric?.format === "percent"), { onSuccess: onClose });
  return (
    <Modal
      open
      title={target ? t("targets.editTitle") : t("targets.add")}
      okText={t("action.save")}
      confirmLoading={save.isPending}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      <Form<Fields>
        form={form}
        layout="vertical"
        requiredMark="optional"
        onFinish={submit}
        initialValues={target ? toFields(target, metrics) : { period: asOf ? lastCompleteMonth(asOf) : "" }}
      >
        <MetricField metrics={metrics} disabled={target !== null} />
        <SegmentFields
          metric={metric}
          isOffered={(dimension) => dimension.kind !== "time"}
          measured
          disabled={target !== null}
        />
        <Form.Item
          name="period"
          label={t("targets.period")}
          extra={t("targets.periodForms")}
          rules={[{ required: true, pattern: PERIOD, message: t("targets.periodWrong") }]}
        >
          <Input disabled={target !== null} />
        </Form.Item>
        <Amounts percent={metric?.format === "percent"} />
        <Form.Item
          name="reason"
          label={t("targets.reason")}
          rules={[{ required: true, whitespace: true, message: t("targets.reasonMissing") }]}
        >
          <Input.TextArea rows={2} />
        </Form.Item>
      </Form>
      {save.isError && <ProblemView error={save.error} />}
    </Modal>
  );
}

function MetricField({ metrics, disabled }: { metrics: Metric[]; disabled: boolean }) {
  const { t } = useText();
  return (
    <Form.Item
      name="metric"
      label={t("targets.metric")}
      rules={[{ required: true, message: t("targets.metricMissing") }]}
    >
      <MetricSelect metrics={metrics} disabled={disabled} />
    </Form.Item>
  );
}

function Amounts({ percent }: { percent: boolean }) {
  const { t } = useText();
  const names = ["floor", "target", "stretch"] as const;
  return (
    <div className="form-triple">
      {names.map((name) => (
        <Form.Item
          key={name}
          name={name}
          label={t(`targets.${name}`)}
          rules={name === "target" ? [{ required: true, message: t("targets.targetMissing") }] : []}
        >
          <InputNumber<string> stringMode style={{ width: "100%" }} suffix={percent ? "%" : undefined} />
        </Form.Item>
      ))}
    </div>
  );
}

/** Amounts go as text so that they stay exact; percentages are typed as 12.5 and kept as 0.125. */
function toTarget(fields: Fields, percent: boolean): NewTarget {
  const amount = (typed: string | null | undefined): string | null => {
    if (typed === null || typed === undefined || typed === "") return null;
    return percent ? String(Number((Number(typed) / 100).toFixed(10))) : typed;
  };
  return {
    metric: fields.metric,
    dimension: fields.dimension ?? null,
    segment: fields.dimension ? (fields.segment ?? null) : null,
    period: fields.period,
    floor: amount(fields.floor),
    target: amount(fields.target) ?? "",
    stretch: amount(fields.stretch),
    reason: fields.reason,
  };
}

function toFields(target: Target, metrics: Metric[]): Fields {
  const percent = metrics.find((one) => one.name === target.metric)?.format === "percent";
  const amount = (value: number | null) =>
    value === null ? null : String(percent ? Number((value * 100).toFixed(8)) : value);
  return {
    metric: target.metric,
    dimension: target.dimension ?? undefined,
    segment: target.segment ?? undefined,
    period: target.period,
    floor: amount(target.floor),
    target: amount(target.target) ?? "",
    stretch: amount(target.stretch),
    reason: "",
  };
}
