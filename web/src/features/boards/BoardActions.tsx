import { Button, Dropdown, type MenuProps } from "antd";
import { useState } from "react";
import { useNavigate, useSearchParams } from "react-router";
import { downloadAs } from "@/api/client";
import type { Board } from "@/api/types";
import { useOfferActions } from "@/lib/page-actions";
import { copyText } from "@/lib/tsv";
import { useText } from "@/lib/use-text";
import { isOverridden } from "@/product/board/board";
import { closeAll } from "@/product/why/opened";
import {
  AppstoreOutlined,
  DesktopOutlined,
  DownloadOutlined,
  EllipsisOutlined,
  LinkOutlined,
} from "@/ui/icons";
import { ProblemView } from "@/ui/ProblemView";
import { usePhone } from "@/ui/use-phone";
import { DeleteBoard } from "./DeleteBoard";
import { usePanelQuestions } from "./PanelBody";
import { RenameBoard } from "./RenameBoard";
import { ScheduledExport } from "./ScheduledExport";
import { Versions } from "./Versions";

type Dialog = "rename" | "versions" | "schedule" | "delete" | null;

/** What can be done with a board; on a phone all but the first stand in one menu. */
export function BoardActions({ board, onArrange }: { board: Board; onArrange: () => void }) {
  const { t } = useText();
  const phone = usePhone();
  const navigate = useNavigate();
  const [params] = useSearchParams();
  const [dialog, setDialog] = useState<Dialog>(null);
  const questionOf = usePanelQuestions();
  const [failure, setFailure] = useState<unknown>(null);
  const [copied, setCopied] = useState(false);
  const save = (format: "xlsx" | "html") => {
    setFailure(null);
    // Under a period or filters of the address, what the page shows is written; else the board's own questions.
    const asked =
      questionOf && isOverridden(params)
        ? { queries: board.panels.map((panel) => questionOf(panel).query) }
        : undefined;
    const path = `/boards/${board.link}/export?format=${format}`;
    downloadAs(path, `${board.name}.${format}`, asked).catch(setFailure);
  };
  const copy = async () => setCopied(await copyText(sharedAddress()));
  const watch = () => {
    // Not every browser can, and one may refuse; the page itself fills its window either way.
    void document.documentElement.requestFullscreen?.().catch(() => undefined);
    void navigate(`/boards/${board.link}/wall?${params}`);
  };
  const exports: MenuProps["items"] = [
    { key: "xlsx", label: t("export.xlsx"), onClick: () => save("xlsx") },
    { key: "html", label: t("board.html"), onClick: () => save("html") },
  ];
  const others: MenuProps["items"] = [
    { key: "rename", label: t("board.rename"), onClick: () => setDialog("rename") },
    { key: "schedule", label: t("boardExport.title"), onClick: () => setDialog("schedule") },
    { key: "versions", label: t("board.versions"), onClick: () => setDialog("versions") },
    { type: "divider" },
    { key: "delete", danger: true, label: t("board.delete"), onClick: () => setDialog("delete") },
  ];
  useOfferActions([
    { key: "wall", text: t("board.wall"), run: watch },
    { key: "arrange", text: t("board.arrange"), run: onArrange },
    { key: "copy-link", text: t("board.copyLink"), run: () => void copy() },
    { key: "export-xlsx", text: `${t("palette.exportPage")} ${t("export.xlsx")}`, run: () => save("xlsx") },
    { key: "export-html", text: `${t("palette.exportPage")} ${t("board.html")}`, run: () => save("html") },
    { key: "schedule", text: t("boardExport.title"), run: () => setDialog("schedule") },
    { key: "versions", text: t("board.versions"), run: () => setDialog("versions") },
  ]);
  const copyLabel = t(copied ? "board.copied" : "board.copyLink");
  const everything: MenuProps["items"] = [
    { key: "wall", label: t("board.wall"), onClick: watch },
    { key: "copy", label: copyLabel, onClick: () => void copy() },
    ...exports,
    { type: "divider" },
    ...others,
  ];
  return (
    <>
      {!phone && (
        <>
          <Button icon={<DesktopOutlined />} onClick={watch}>
            {t("board.wall")}
          </Button>
          <Button icon={<LinkOutlined />} onClick={() => void copy()}>
            {copyLabel}
          </Button>
          <Dropdown trigger={["click"]} menu={{ items: exports }}>
            <Button icon={<DownloadOutlined />}>{t("export.title")}</Button>
          </Dropdown>
        </>
      )}
      <Button icon={<AppstoreOutlined />} onClick={onArrange} disabled={board.panels.length === 0}>
        {t("board.arrange")}
      </Button>
      <Dropdown trigger={["click"]} menu={{ items: phone ? everything : others }}>
        <Button icon={<EllipsisOutlined />} aria-label={t("board.more")} />
      </Dropdown>
      <span className="visually-hidden" role="status">
        {copied && t("board.copied")}
      </span>
      {failure !== null && <ProblemView error={failure} />}
      {dialog === "rename" && <RenameBoard board={board} onClose={() => setDialog(null)} />}
      {dialog === "schedule" && <ScheduledExport board={board} onClose={() => setDialog(null)} />}
      {dialog === "versions" && <Versions board={board} onClose={() => setDialog(null)} />}
      {dialog === "delete" && (
        <DeleteBoard board={board} onClose={() => setDialog(null)} onDeleted={() => navigate("/boards")} />
      )}
    </>
  );
}

/** The address of the page as it stands, without what is open over it. */
function sharedAddress(): string {
  const url = new URL(window.location.href);
  closeAll(url.searchParams);
  url.searchParams.delete("token");
  return url.href;
}
