import { Modal } from "antd";
import type { Board } from "@/api/types";
import { useText } from "@/lib/use-text";
import { useDeleteBoard } from "@/product/board/api";
import { ProblemView } from "@/ui/ProblemView";

type DeleteBoardProps = { board: Board; onClose: () => void; onDeleted: () => void };

/** Deletes a board after saying what that takes away. */
export function DeleteBoard({ board, onClose, onDeleted }: DeleteBoardProps) {
  const { t } = useText();
  const remove = useDeleteBoard();
  return (
    <Modal
      open
      title={t("board.deleteTitle", { name: board.name })}
      okText={t("board.delete")}
      okButtonProps={{ danger: true }}
      confirmLoading={remove.isPending}
      onCancel={onClose}
      onOk={() => remove.mutate(board.link, { onSuccess: onDeleted })}
    >
      <p>{t("board.deleteText", { count: board.panels.length })}</p>
      {remove.isError && <ProblemView error={remove.error} />}
    </Modal>
  );
}
