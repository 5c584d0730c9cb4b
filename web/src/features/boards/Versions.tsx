import { Drawer } from "antd";
import { Link } from "react-router";
import type { Board } from "@/api/types";
import { formatInstant } from "@/lib/format";
import { useText } from "@/lib/use-text";
import { useBoardVersions } from "@/product/board/api";
import { Mark } from "@/ui/Mark";
import { Panel } from "@/ui/Panel";

/** Every saved version: who, when, how many panels; an older one opens as it was. */
export function Versions({ board, onClose }: { board: Board; onClose: () => void }) {
  const { t, person } = useText();
  const versions = useBoardVersions(board.link);
  return (
    <Drawer open onClose={onClose} title={t("board.versions")} size={400}>
      <Panel query={versions} height={320}>
        {(found) => (
          <ol className="board-versions">
            {found.map((one) => (
              <li key={one.version}>
                <span className="board-version-number">{t("board.version", { version: one.version })}</span>
                <span className="muted small">
                  {formatInstant(one.at)} · {person(one.by)} ·{" "}
                  {t("board.panels", { count: one.panels.length })}
                </span>
                {one.version === board.version ? (
                  <Mark>{t("board.current")}</Mark>
                ) : (
                  <Link
                    to={`/boards/${one.link}?version=${one.version}`}
                    aria-label={`${t("board.look")} ${t("board.version", { version: one.version })}`}
                    onClick={onClose}
                  >
                    {t("board.look")}
                  </Link>
                )}
              </li>
            ))}
          </ol>
        )}
      </Panel>
    </Drawer>
  );
}
