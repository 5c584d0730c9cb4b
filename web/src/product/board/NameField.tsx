import { Form, Input } from "antd";
import { useText } from "@/lib/use-text";
import { MAX_NAME } from "./board";

/** The name of a board in a form; it has the focus when the form opens. */
export function NameField() {
  const { t } = useText();
  return (
    <Form.Item
      name="name"
      label={t("board.newName")}
      rules={[{ required: true, whitespace: true, message: t("board.nameMissing") }]}
    >
      <Input maxLength={MAX_NAME} placeholder={t("board.nameExample")} autoFocus />
    </Form.Item>
  );
}
