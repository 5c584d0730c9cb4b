import { Form, Select } from "antd";
import type { Dimension, Metric } from "@/api/types";
import { useText } from "@/lib/use-text";
import { useDimensionValues } from "@/product/catalogue/api";
import { useDimensionName } from "@/product/catalogue/names";
import { useValueName } from "@/product/catalogue/use-value-name";
import { cellText } from "@/product/filters/filters";

type SegmentFieldsProps = {
  metric: Metric | undefined;
  /** Which of the metric's dimensions a segment may be of. */
  isOffered: (dimension: Dimension) => boolean;
  /** Whether the values are those with data of the metric; else all that are known. */
  measured: boolean;
  disabled?: boolean;
};

/** Whose a value is: the whole company's, or one value of a dimension, by its name. */
export function SegmentFields({ metric, isOffered, measured, disabled = false }: SegmentFieldsProps) {
  const { t } = useText();
  const dimensionName = useDimensionName();
  const nameOf = useValueName();
  const form = Form.useFormInstance();
  const dimension = Form.useWatch<string | undefined>("dimension");
  const values = useDimensionValues(dimension ?? null, measured ? metric?.name : undefined, "").data ?? [];
  return (
    <div className="form-pair">
      <Form.Item name="dimension" label={t("targets.dimension")}>
        <Select<string>
          allowClear
          disabled={disabled}
          placeholder={t("targets.whole")}
          onChange={() => form.setFieldsValue({ segment: undefined })}
          options={(metric?.dimensions ?? [])
            .filter(isOffered)
            .map((one) => ({ value: one.name, label: dimensionName(one.name) }))}
        />
      </Form.Item>
      <Form.Item
        name="segment"
        label={t("targets.segment")}
        rules={[{ required: Boolean(dimension), message: t("targets.segmentMissing") }]}
      >
        <Select<string>
          showSearch={{ optionFilterProp: "label" }}
          disabled={disabled || !dimension}
          options={values.map((value) => ({
            value: cellText(value),
            label: dimension ? nameOf(dimension, value) : cellText(value),
          }))}
        />
      </Form.Item>
    </div>
  );
}
