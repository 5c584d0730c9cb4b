import { useQueryClient } from "@tanstack/react-query";
import { Button } from "antd";
import { type ReactNode, useCallback, useEffect, useMemo, useState } from "react";
import { useNavigate, useParams, useSearchParams } from "react-router";
import type { BoardPanel } from "@/api/types";
import { useText } from "@/lib/use-text";
import { useBoard } from "@/product/board/api";
import { inReadingOrder, screensOf } from "@/product/board/board";
import { dayOf } from "@/product/filters/filters";
import { useProject } from "@/product/project/api";
import { Panel } from "@/ui/Panel";
import { PlainContext } from "@/ui/plain";
import { usePhone } from "@/ui/use-phone";
import { BoardTile } from "./BoardTile";
import { keepAwake, useClock, useZoom } from "./wall";
import "./boards.css";

const REFRESH_MS = 60_000;
/** How long one screen stays where a board needs several. */
const SCREEN_MS = 20_000;
/** Rows of the grid that one screen holds. */
const SCREEN_ROWS = 18;

/** A board on a wall: the whole window, large, refreshed by itself, nothing to operate; Escape leaves, on a phone a button. */
export function WallPage() {
  const { t } = useText();
  const { link = "" } = useParams();
  const board = useBoard(link);
  const name = board.data?.name;
  const phone = usePhone();
  const leave = useLeave(link);
  useEffect(() => keepAwake(), []);
  useEffect(() => {
    if (name) document.title = `${name} · ${t("app.name")}`;
  }, [name, t]);
  return (
    <PlainContext.Provider value={true}>
      <main className="wall" style={{ "--zoom": useZoom() }}>
        <Head name={name ?? ""}>
          {phone ? (
            <Button size="small" onClick={leave}>
              {t("board.leave")}
            </Button>
          ) : (
            <span className="muted small">{t("board.escape")}</span>
          )}
        </Head>
        <Panel query={board} height={420}>
          {(data) => <Screens panels={data.panels} rows={phone ? Number.POSITIVE_INFINITY : SCREEN_ROWS} />}
        </Panel>
      </main>
    </PlainContext.Provider>
  );
}

/** What the wall shows, as of when, and whether that still comes in. */
function Head({ name, children }: { name: string; children: ReactNode }) {
  const { t } = useText();
  const [params] = useSearchParams();
  const project = useProject();
  const { at, failed } = useRefresh();
  const clock = useClock();
  return (
    <header className="wall-head">
      <h1>{name}</h1>
      <span>{t("home.asOf", { day: dayOf(params, project.data?.as_of) ?? "" })}</span>
      <span className={failed ? "wall-failed" : undefined} role="status">
        {t(failed ? "board.stale" : "board.refreshed", { at })}
      </span>
      <span className="wall-clock">{clock}</span>
      {children}
    </header>
  );
}

/** Asks for everything again each minute; the clock time of the last success. */
function useRefresh(): { at: string; failed: boolean } {
  const client = useQueryClient();
  const project = useProject();
  useEffect(() => {
    const timer = setInterval(() => void client.invalidateQueries(), REFRESH_MS);
    return () => clearInterval(timer);
  }, [client]);
  const at = new Date(project.dataUpdatedAt).toTimeString().slice(0, 8);
  return { at, failed: project.isError };
}

function Screens({ panels, rows }: { panels: BoardPanel[]; rows: number }) {
  const { t } = useText();
  const screens = useMemo(() => screensOf(panels, rows), [panels, rows]);
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    if (screens.length < 2) return;
    const timer = setInterval(() => setTurn((now) => now + 1), SCREEN_MS);
    return () => clearInterval(timer);
  }, [screens]);
  const at = screens.length === 0 ? 0 : turn % screens.length;
  const shown = screens[at] ?? [];
  const used = Math.max(1, ...shown.map((panel) => panel.y + panel.h));
  if (shown.length === 0) return <p className="muted">{t("board.emptyTitle")}</p>;
  return (
    <>
      <div className="board-grid wall-grid" style={{ "--used": used }}>
        {inReadingOrder(shown).map((panel, index) => (
          <BoardTile key={`${at}:${index}`} panel={panel} />
        ))}
      </div>
      {screens.length > 1 && (
        <p className="wall-screen">{t("board.screen", { at: at + 1, of: screens.length })}</p>
      )}
    </>
  );
}

/** How to leave. Escape does; in full screen the browser takes that key, so leaving full screen leaves too. */
function useLeave(link: string): () => void {
  const navigate = useNavigate();
  const [params] = useSearchParams();
  const leave = useCallback(() => {
    if (document.fullscreenElement) void document.exitFullscreen();
    void navigate(`/boards/${link}?${params}`);
  }, [navigate, link, params]);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => event.key === "Escape" && leave();
    let wasFull = document.fullscreenElement !== null;
    const onChange = () => {
      if (wasFull && !document.fullscreenElement) leave();
      wasFull = document.fullscreenElement !== null;
    };
    window.addEventListener("keydown", onKey);
    document.addEventListener("fullscreenchange", onChange);
    return () => {
      window.removeEventListener("keydown", onKey);
      document.removeEventListener("fullscreenchange", onChange);
    };
  }, [leave]);
  return leave;
}
