import { Button, Form } from "antd";
import { useState } from "react";
import { Link, useNavigate, useSearchParams } from "react-router";
import type { Board } from "@/api/types";
import { formatInstant } from "@/lib/format";
import { useText } from "@/lib/use-text";
import { useBoards, useCreateBoard } from "@/product/board/api";
import { NameField } from "@/product/board/NameField";
import { DataTable, type TableColumn } from "@/ui/DataTable";
import { FormModal } from "@/ui/FormModal";
import { DeleteOutlined, PlusOutlined } from "@/ui/icons";
import { PageHeader } from "@/ui/PageHeader";
import { EmptyView, Panel } from "@/ui/Panel";
import { DeleteBoard } from "./DeleteBoard";
import "./boards.css";

/** All boards of the project. `?new` opens the form of a new one. */
export function BoardsPage() {
  const { t } = useText();
  const boards = useBoards();
  const [params, setParams] = useSearchParams();
  const [deleting, setDeleting] = useState<Board | null>(null);
  const show = (open: boolean) =>
    setParams((now) => {
      if (open) now.set("new", "1");
      else now.delete("new");
      return now;
    });
  const create = (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => show(true)}>
      {t("board.create")}
    </Button>
  );
  return (
    <>
      <PageHeader
        title={t("menu.boards")}
        aside={boards.data && t("board.count", { count: boards.data.length })}
        actions={boards.data && boards.data.length > 0 && create}
      />
      <Panel
        query={boards}
        height={320}
        isEmpty={(found) => found.length === 0}
        empty={<EmptyView title={t("board.noneTitle")} text={t("board.noneText")} action={create} />}
      >
        {(found) => <BoardTable boards={found} onDelete={setDeleting} />}
      </Panel>
      {params.has("new") && <NewBoard onClose={() => show(false)} />}
      {deleting && (
        <DeleteBoard board={deleting} onClose={() => setDeleting(null)} onDeleted={() => setDeleting(null)} />
      )}
    </>
  );
}

function BoardTable({ boards, onDelete }: { boards: Board[]; onDelete: (board: Board) => void }) {
  const { t, person } = useText();
  const navigate = useNavigate();
  const columns: TableColumn<Board>[] = [
    {
      key: "name",
      title: t("board.name"),
      value: (board) => board.name,
      render: (board) => (
        <Link to={`/boards/${board.link}`} onClick={(event) => event.stopPropagation()}>
          {board.name}
        </Link>
      ),
    },
    { key: "panels", title: t("board.panelCount"), align: "right", value: (board) => board.panels.length },
    { key: "owner", title: t("board.owner"), value: (board) => person(board.owner) },
    {
      key: "at",
      title: t("board.changedAt"),
      value: (board) => board.at,
      render: (board) => formatInstant(board.at),
    },
    { key: "by", title: t("board.changedBy"), value: (board) => person(board.by) },
    { key: "version", title: t("board.versionColumn"), align: "right", value: (board) => board.version },
    {
      key: "delete",
      title: <span className="visually-hidden">{t("board.delete")}</span>,
      name: t("board.delete"),
      pinned: true,
      width: 48,
      render: (board) => (
        <Button
          size="small"
          type="text"
          icon={<DeleteOutlined />}
          aria-label={t("board.deleteOf", { name: board.name })}
          onClick={(event) => {
            event.stopPropagation();
            onDelete(board);
          }}
        />
      ),
    },
  ];
  return (
    <DataTable
      caption={t("menu.boards")}
      columns={columns}
      rows={boards}
      rowKey={(board) => board.link}
      onRowClick={(board) => navigate(`/boards/${board.link}`)}
    />
  );
}

function NewBoard({ onClose }: { onClose: () => void }) {
  const { t } = useText();
  const [form] = Form.useForm<{ name: string }>();
  const create = useCreateBoard();
  const navigate = useNavigate();
  return (
    <FormModal
      title={t("board.create")}
      okText={t("board.createDone")}
      sending={create}
      onClose={onClose}
      form={form}
      onFinish={({ name }) =>
        create.mutate({ name, panels: [] }, { onSuccess: (board) => navigate(`/boards/${board.link}`) })
      }
    >
      <NameField />
    </FormModal>
  );
}
