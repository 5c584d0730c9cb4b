import { Button } from "antd";
import { useState } from "react";
import { Link, useParams, useSearchParams } from "react-router";
import type { Board } from "@/api/types";
import { formatInstant } from "@/lib/format";
import { useText } from "@/lib/use-text";
import { isBoardConflict, useBoard, useSaveBoard } from "@/product/board/api";
import { clearOverrides, inReadingOrder, isOverridden } from "@/product/board/board";
import { LineChartOutlined } from "@/ui/icons";
import { PageHeader } from "@/ui/PageHeader";
import { EmptyView, Panel } from "@/ui/Panel";
import { ProblemView } from "@/ui/ProblemView";
import { ArrangeGrid } from "./ArrangeGrid";
import { BoardActions } from "./BoardActions";
import { BoardTile } from "./BoardTile";
import { Conflict } from "./Conflict";
import { OldVersion } from "./OldVersion";
import { type Arranging, useArrange } from "./use-arrange";
import "./boards.css";

/** One board: its panels under the page's period and filters, and everything that changes it. */
export function BoardPage() {
  const { t, person } = useText();
  const { link = "" } = useParams();
  const [params] = useSearchParams();
  const version = Number(params.get("version")) || null;
  const board = useBoard(link, version);
  const arrange = useArrange();
  const found = board.data;
  return (
    <>
      <PageHeader
        title={found?.name ?? t("board.title")}
        aside={
          found &&
          t("board.changed", {
            owner: person(found.owner),
            at: formatInstant(found.at),
            by: person(found.by),
          })
        }
        actions={
          found &&
          version === null &&
          !arrange.arranging && <BoardActions board={found} onArrange={() => arrange.begin(found)} />
        }
      />
      <Panel query={board} height={420}>
        {(data) => (
          <>
            {version !== null && <OldVersion board={data} />}
            {arrange.arranging ? (
              <Arrange arranging={arrange.arranging} onDone={arrange.end} onRestart={arrange.begin} />
            ) : (
              <Tiles board={data} />
            )}
          </>
        )}
      </Panel>
    </>
  );
}

function Tiles({ board }: { board: Board }) {
  const { t } = useText();
  const [params, setParams] = useSearchParams();
  if (board.panels.length === 0) {
    return (
      <EmptyView
        title={t("board.emptyTitle")}
        text={t("board.emptyText")}
        action={
          <Link to="/explore">
            <Button type="primary" icon={<LineChartOutlined />}>
              {t("board.emptyAction")}
            </Button>
          </Link>
        }
      />
    );
  }
  const reset = () =>
    setParams((now) => {
      clearOverrides(now);
      return now;
    });
  return (
    <>
      {isOverridden(params) && (
        <p className="board-overridden">
          {t("board.overridden")}{" "}
          <Button type="link" size="small" onClick={reset}>
            {t("board.reset")}
          </Button>
        </p>
      )}
      <div className="board-grid">
        {inReadingOrder(board.panels).map((panel, at) => (
          <BoardTile key={at} panel={panel} />
        ))}
      </div>
    </>
  );
}

type ArrangeProps = { arranging: Arranging; onDone: () => void; onRestart: (board: Board) => void };

function Arrange({ arranging, onDone, onRestart }: ArrangeProps) {
  const { t } = useText();
  const { base, items } = arranging;
  const save = useSaveBoard(base.link);
  const [latest, setLatest] = useState<number | null>(null);
  const panels = items.map(({ panel }) => ({ ...panel, title: panel.title.trim() }));
  const store = (version: number) =>
    save.mutate(
      { name: base.name, owner: base.owner, export: base.export, panels, version },
      { onSuccess: onDone },
    );
  return (
    <>
      <div className="board-bar">
        <Button type="primary" loading={save.isPending} onClick={() => store(latest ?? base.version)}>
          {t("board.saveArranged")}
        </Button>
        <Button onClick={onDone}>{t("action.cancel")}</Button>
      </div>
      {save.isError &&
        (isBoardConflict(save.error) ? (
          <Conflict
            link={base.link}
            onOverwrite={(board) => {
              setLatest(board.version);
              store(board.version);
            }}
            onTake={(board) => {
              save.reset();
              onRestart(board);
            }}
          />
        ) : (
          <ProblemView error={save.error} />
        ))}
      <ArrangeGrid arranging={arranging} />
    </>
  );
}
