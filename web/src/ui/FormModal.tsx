import { Form, type FormInstance, type FormProps, Modal } from "antd";
import type { ReactNode } from "react";
import { ProblemView } from "./ProblemView";

type FormModalProps<Fields> = Pick<FormProps<Fields>, "initialValues" | "onFinish" | "requiredMark"> & {
  form: FormInstance<Fields>;
  title: string;
  okText: string;
  /** How the sending goes. */
  sending: { isPending: boolean; isError: boolean; error: unknown };
  onClose: () => void;
  children: ReactNode;
};

/** A form over the page that is sent by its button; what the server refuses is said below it. */
export function FormModal<Fields>(props: FormModalProps<Fields>) {
  const { form, title, okText, sending, onClose, children, requiredMark = false, ...rest } = props;
  return (
    <Modal
      open
      title={title}
      okText={okText}
      confirmLoading={sending.isPending}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      <Form<Fields> form={form} layout="vertical" requiredMark={requiredMark} {...rest}>
        {children}
      </Form>
      {sending.isError && <ProblemView error={sending.error} />}
    </Modal>
  );
}
