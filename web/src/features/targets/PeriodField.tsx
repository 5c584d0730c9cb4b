import { Form, Input } from "antd";
import { useText } from "@/lib/use-text";

/** 2025, 2025-Q4, 2025-11, 2025-W46 or 2025-11-11. */
const PERIOD = /^\d{4}(-(0[1-9]|1[0-2])(-\d{2})?|-Q[1-4]|-W(0[1-9]|[1-4]\d|5[0-3]))?$/;

/** The period that a value is of. */
export function PeriodField({ disabled = false }: { disabled?: boolean }) {
  const { t } = useText();
  return (
    <Form.Item
      name="period"
      label={t("targets.period")}
      extra={t("targets.periodForms")}
      rules={[{ required: true, pattern: PERIOD, message: t("targets.periodWrong") }]}
    >
      <Input disabled={disabled} />
    </Form.Item>
  );
}
