import { Button } from "antd";
import { Link, useNavigate } from "react-router";
import type { Board } from "@/api/types";
import { formatInstant } from "@/lib/format";
import { useText } from "@/lib/use-text";
import { useChangeBoard } from "@/product/board/api";
import { ProblemView } from "@/ui/ProblemView";

/** Says that an older version is on screen, and brings it back as the newest one. */
export function OldVersion({ board }: { board: Board }) {
  const { t, person } = useText();
  const navigate = useNavigate();
  const restore = useChangeBoard();
  const to = `/boards/${board.link}`;
  const run = () =>
    restore.mutate(
      { link: board.link, change: () => ({ name: board.name, panels: board.panels, export: board.export }) },
      { onSuccess: () => navigate(to) },
    );
  return (
    <div className="board-old" role="status">
      <span>
        {t("board.old", { version: board.version, at: formatInstant(board.at), by: person(board.by) })}
      </span>
      <Button size="small" type="primary" loading={restore.isPending} onClick={run}>
        {t("board.restore")}
      </Button>
      <Link to={to}>
        <Button size="small">{t("board.newest")}</Button>
      </Link>
      {restore.isError && <ProblemView error={restore.error} />}
    </div>
  );
}
