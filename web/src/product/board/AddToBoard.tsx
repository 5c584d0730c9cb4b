import { Button, Form, Input, Modal, Radio, Select } from "antd";
import { Link } from "react-router";
import type { Board, BoardPanel, RelativePeriod } from "@/api/types";
import { formatSpan } from "@/lib/format";
import { useText } from "@/lib/use-text";
import { ProblemView } from "@/ui/ProblemView";
import { useBoards, useChangeBoard, useCreateBoard } from "./api";
import { MAX_NAME, widthOf, withPanel } from "./board";
import { NameField } from "./NameField";
import { WidthSelect } from "./WidthSelect";

const NEW = "";

type AddToBoardProps = {
  /** The question as it stands on the page, with fixed days. */
  panel: Omit<BoardPanel, "x" | "y" | "w" | "h" | "period">;
  /** The period that moves with the data and is the same days now; null when there is none. */
  rolling: RelativePeriod | null;
  /** Whether somebody chose the days by hand. */
  chosenDays: boolean;
  onClose: () => void;
};

type Fields = { board: string; name: string; title: string; period: "rolling" | "fixed"; width: number };

/** Keeps the question of a page as a panel of a board, an existing one or a new one. */
export default function AddToBoard({ panel, rolling, chosenDays, onClose }: AddToBoardProps) {
  const { t } = useText();
  const [form] = Form.useForm<Fields>();
  const boards = useBoards().data;
  const create = useCreateBoard();
  const change = useChangeBoard();
  const submit = (fields: Fields) => {
    const period = fields.period === "rolling" ? rolling : null;
    const days = period ? { start_time: null, end_time: null } : {};
    const query = { ...panel.query, ...days };
    const added = { ...panel, title: fields.title.trim(), period, w: fields.width, query };
    if (fields.board === NEW) create.mutate({ name: fields.name, panels: withPanel([], added) });
    else
      change.mutate({ link: fields.board, change: ({ panels }) => ({ panels: withPanel(panels, added) }) });
  };
  const done = create.data ?? change.data;
  const failure = create.error ?? change.error;
  if (done) return <Added board={done} onClose={onClose} />;
  return (
    <Modal
      open
      title={t("board.add")}
      okText={t("board.addDone")}
      confirmLoading={create.isPending || change.isPending}
      okButtonProps={{ disabled: boards === undefined }}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      {boards && (
        <Form<Fields>
          form={form}
          layout="vertical"
          requiredMark={false}
          onFinish={submit}
          initialValues={{
            board: boards[0]?.link ?? NEW,
            name: "",
            title: panel.title.slice(0, MAX_NAME),
            period: rolling && !chosenDays ? "rolling" : "fixed",
            width: widthOf(panel.view),
          }}
        >
          <BoardFields boards={boards} />
          <Form.Item name="title" label={t("board.panelTitle")}>
            <Input maxLength={MAX_NAME} />
          </Form.Item>
          <PeriodField panel={panel} rolling={rolling} />
          <Form.Item name="width" label={t("board.width")}>
            <WidthSelect />
          </Form.Item>
        </Form>
      )}
      {failure && <ProblemView error={failure} />}
    </Modal>
  );
}

function BoardFields({ boards }: { boards: Board[] }) {
  const { t } = useText();
  const isNew = Form.useWatch("board") === NEW || boards.length === 0;
  return (
    <>
      <Form.Item name="board" label={t("board.which")} hidden={boards.length === 0}>
        <Select
          showSearch={{ optionFilterProp: "label" }}
          options={[
            ...boards.map((board) => ({ value: board.link, label: board.name })),
            { value: NEW, label: t("board.new") },
          ]}
        />
      </Form.Item>
      {isNew && <NameField />}
    </>
  );
}

function PeriodField({ panel, rolling }: Pick<AddToBoardProps, "panel" | "rolling">) {
  const { t } = useText();
  const { start_time: start, end_time: end } = panel.query;
  const options = [
    ...(rolling ? [{ value: "rolling", label: t("board.rolling", { period: t(`period.${rolling}`) }) }] : []),
    ...(start && end
      ? [{ value: "fixed", label: t("board.fixed", { days: formatSpan({ start, end }) }) }]
      : []),
  ];
  return (
    <Form.Item name="period" label={t("board.period")}>
      <Radio.Group options={options} vertical />
    </Form.Item>
  );
}

function Added({ board, onClose }: { board: Board; onClose: () => void }) {
  const { t } = useText();
  return (
    <Modal
      open
      title={t("board.add")}
      onCancel={onClose}
      footer={[
        <Button key="stay" onClick={onClose}>
          {t("board.stay")}
        </Button>,
        <Link key="open" to={`/boards/${board.link}`}>
          <Button type="primary" autoFocus>
            {t("board.open")}
          </Button>
        </Link>,
      ]}
    >
      <p role="status">{t("board.added", { name: board.name })}</p>
    </Modal>
  );
}
