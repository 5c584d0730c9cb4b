import { Form, Input, InputNumber } from "antd";
import type { Metric, NewTarget, Target } from "@/api/types";
import { useText } from "@/lib/use-text";
import { MetricSelect } from "@/product/catalogue/MetricSelect";
import { lastCompleteMonth } from "@/product/period/period";
import { useProject } from "@/product/project/api";
import { FormModal } from "@/ui/FormModal";
import { useSaveTarget } from "./api";
import { PeriodField } from "./PeriodField";
import { SegmentFields } from "./SegmentFields";
import { segmentOf } from "./segment";

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
    <FormModal
      title={target ? t("targets.editTitle") : t("targets.add")}
      okText={t("action.save")}
      sending={save}
      onClose={onClose}
      form={form}
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
      <PeriodField disabled={target !== null} />
      <Amounts percent={metric?.format === "percent"} />
      <Form.Item
        name="reason"
        label={t("targets.reason")}
        rules={[{ required: true, whitespace: true, message: t("targets.reasonMissing") }]}
      >
        <Input.TextArea rows={2} />
      </Form.Item>
    </FormModal>
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
    ...segmentOf(fields),
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
