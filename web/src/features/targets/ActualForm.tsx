import { Form, Input, Select } from "antd";
import { useText } from "@/lib/use-text";
import { useCatalogue } from "@/product/catalogue/api";
import { useMetricName } from "@/product/catalogue/names";
import { lastCompleteMonth } from "@/product/period/period";
import { useProject } from "@/product/project/api";
import { FormModal } from "@/ui/FormModal";
import { useSaveActual } from "./api";
import { readNumber } from "./grid";
import { PeriodField } from "./PeriodField";
import { SegmentFields } from "./SegmentFields";
import { segmentOf } from "./segment";

type Fields = {
  metric: string;
  dimension?: string;
  segment?: string;
  period: string;
  value?: string;
  reason: string;
  evidence: string;
};

/** Enters the value of a metric without data; reason and evidence are part of it. */
export function ActualForm({ metrics, onClose }: { metrics: string[]; onClose: () => void }) {
  const { t } = useText();
  const [form] = Form.useForm<Fields>();
  const save = useSaveActual();
  const metricName = useMetricName();
  const asOf = useProject().data?.as_of;
  const chosen = Form.useWatch("metric", form);
  const metric = useCatalogue().data?.metrics.find((one) => one.name === chosen);
  const submit = (fields: Fields) =>
    save.mutate(
      {
        metric: fields.metric,
        ...segmentOf(fields),
        period: fields.period.trim(),
        value: readNumber(fields.value ?? "") ?? "",
        reason: fields.reason,
        evidence: fields.evidence,
      },
      { onSuccess: onClose },
    );
  const required = (message: string) => [{ required: true, whitespace: true, message }];
  return (
    <FormModal
      title={t("actuals.add")}
      okText={t("action.save")}
      sending={save}
      onClose={onClose}
      form={form}
      requiredMark="optional"
      onFinish={submit}
      initialValues={{ metric: metrics[0], period: asOf ? lastCompleteMonth(asOf) : "" }}
    >
      <Form.Item name="metric" label={t("targets.metric")} rules={required(t("targets.metricMissing"))}>
        <Select<string> options={metrics.map((value) => ({ value, label: metricName(value) }))} />
      </Form.Item>
      <SegmentFields
        metric={metric}
        isOffered={(dimension) => dimension.kind === "entity"}
        measured={false}
      />
      <PeriodField />
      <Form.Item
        name="value"
        label={t("actuals.value")}
        extra={t("actuals.valueForms")}
        rules={[
          {
            validator: (_, text?: string) =>
              readNumber(text ?? "") === null
                ? Promise.reject(new Error(t("grid.notNumber")))
                : Promise.resolve(),
          },
        ]}
      >
        <Input inputMode="decimal" />
      </Form.Item>
      <Form.Item name="reason" label={t("targets.reason")} rules={required(t("actuals.reasonMissing"))}>
        <Input />
      </Form.Item>
      <Form.Item name="evidence" label={t("actuals.evidence")} rules={required(t("actuals.evidenceMissing"))}>
        <Input.TextArea rows={2} placeholder={t("actuals.evidenceForms")} />
      </Form.Item>
    </FormModal>
  );
}
