import { Form, Input } from "antd";
import type { Board } from "@/api/types";
import { useText } from "@/lib/use-text";
import { useChangeBoard } from "@/product/board/api";
import { MAX_NAME } from "@/product/board/board";
import { NameField } from "@/product/board/NameField";
import { FormModal } from "@/ui/FormModal";

/** Gives a board another name and, where it changed hands, another owner. */
export function RenameBoard({ board, onClose }: { board: Board; onClose: () => void }) {
  const { t } = useText();
  const [form] = Form.useForm<{ name: string; owner: string }>();
  const change = useChangeBoard();
  return (
    <FormModal
      title={t("board.rename")}
      okText={t("action.save")}
      sending={change}
      onClose={onClose}
      form={form}
      initialValues={{ name: board.name, owner: board.owner }}
      onFinish={({ name, owner }) =>
        change.mutate(
          { link: board.link, change: () => ({ name: name.trim(), owner: owner.trim() }) },
          { onSuccess: onClose },
        )
      }
    >
      <NameField />
      <Form.Item name="owner" label={t("board.owner")}>
        <Input maxLength={MAX_NAME} />
      </Form.Item>
    </FormModal>
  );
}
