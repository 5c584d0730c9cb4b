import { Button, Drawer, Form, Input, Select } from "antd";
import type { Board, BoardExports } from "@/api/types";
import { formatInstant } from "@/lib/format";
import { useText } from "@/lib/use-text";
import { useBoardExports, useChangeBoard } from "@/product/board/api";
import { Panel } from "@/ui/Panel";
import { ProblemView } from "@/ui/ProblemView";

type Plan = NonNullable<Board["export"]>;

/** Schedules on offer by name; any other is written as cron fields. */
const OFFERED = [
  { name: "workdays", schedule: "0 9 * * 1-5" },
  { name: "daily", schedule: "0 9 * * *" },
  { name: "weekly", schedule: "0 9 * * 1" },
  { name: "monthly", schedule: "0 9 1 * *" },
] as const;
/** Five fields; whether they mean a time is the server's to say. */
const CRON = /^\s*\S+(\s+\S+){4}\s*$/;

/** When a board is written to a file by itself: the plan, the next time, and how the last times went. */
export function ScheduledExport({ board, onClose }: { board: Board; onClose: () => void }) {
  const { t } = useText();
  const exports = useBoardExports(board.link);
  return (
    <Drawer open onClose={onClose} title={t("boardExport.title")} size={480}>
      <p className="muted small">{t("boardExport.intro")}</p>
      <PlanForm board={board} />
      <Panel query={exports} height={160}>
        {(found) => <History exports={found} />}
      </Panel>
    </Drawer>
  );
}

function PlanForm({ board }: { board: Board }) {
  const { t } = useText();
  const [form] = Form.useForm<Plan>();
  const change = useChangeBoard();
  const save = (plan: Plan | null) => change.mutate({ link: board.link, change: () => ({ export: plan }) });
  const none: Plan = { schedule: OFFERED[0].schedule, format: "xlsx", folder: "" };
  return (
    <Form<Plan>
      form={form}
      layout="vertical"
      requiredMark={false}
      initialValues={board.export ?? none}
      onFinish={({ schedule, format, folder }) =>
        save({ schedule: schedule.trim(), format, folder: folder?.trim() ?? "" })
      }
    >
      <Form.Item label={t("boardExport.often")}>
        <Select<string>
          aria-label={t("boardExport.often")}
          placeholder={t("boardExport.pick")}
          options={OFFERED.map(({ name, schedule }) => ({
            value: schedule,
            label: t(`boardExport.${name}`),
          }))}
          onChange={(value) => form.setFieldsValue({ schedule: value })}
        />
      </Form.Item>
      <Form.Item
        name="schedule"
        label={t("boardExport.schedule")}
        extra={t("boardExport.scheduleForms")}
        rules={[{ required: true, pattern: CRON, message: t("boardExport.scheduleWrong") }]}
      >
        <Input />
      </Form.Item>
      <div className="form-pair">
        <Form.Item name="format" label={t("boardExport.format")}>
          <Select<string>
            options={[
              { value: "xlsx", label: t("export.xlsx") },
              { value: "html", label: t("board.html") },
            ]}
          />
        </Form.Item>
        <Form.Item name="folder" label={t("boardExport.folder")} extra={t("boardExport.folderForms")}>
          <Input placeholder={t("boardExport.folderDefault")} />
        </Form.Item>
      </div>
      {change.isError && <ProblemView error={change.error} />}
      <div className="row">
        <Button type="primary" htmlType="submit" loading={change.isPending}>
          {t("action.save")}
        </Button>
        {board.export && (
          <Button disabled={change.isPending} onClick={() => save(null)}>
            {t("boardExport.stop")}
          </Button>
        )}
        <span role="status">{change.isSuccess && t("boardExport.saved")}</span>
      </div>
    </Form>
  );
}

function History({ exports }: { exports: BoardExports }) {
  const { t, person } = useText();
  return (
    <section aria-label={t("boardExport.history")}>
      <h3>{t("boardExport.history")}</h3>
      <p>
        {exports.next ? t("boardExport.next", { at: formatInstant(exports.next) }) : t("boardExport.never")}
      </p>
      <ol className="board-versions">
        {exports.written.map((one) => (
          <li key={one.at}>
            <span>{formatInstant(one.at)}</span>
            <span className="muted small">{person(one.by)}</span>
            {one.file ? (
              <code>{one.file}</code>
            ) : (
              <span className="state-bad" title={t("boardExport.failedWhy")}>
                {t("boardExport.failed")}
              </span>
            )}
          </li>
        ))}
      </ol>
      {exports.written.some((one) => one.file === null) && (
        <p className="muted small">{t("boardExport.failedWhy")}</p>
      )}
    </section>
  );
}
