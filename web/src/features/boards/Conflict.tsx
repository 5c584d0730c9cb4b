import { Button } from "antd";
import type { Board } from "@/api/types";
import { formatInstant } from "@/lib/format";
import { useText } from "@/lib/use-text";
import { useBoardVersions } from "@/product/board/api";

type ConflictProps = {
  link: string;
  onOverwrite: (latest: Board) => void;
  onTake: (latest: Board) => void;
};

/** Somebody else saved meanwhile: who and when, and the two ways on; nothing is lost either way. */
export function Conflict({ link, onOverwrite, onTake }: ConflictProps) {
  const { t, person } = useText();
  const [latest] = useBoardVersions(link).data ?? [];
  return (
    <div className="state state-problem" role="alert">
      <p className="state-title">
        {latest
          ? t("board.conflict", {
              by: person(latest.by),
              at: formatInstant(latest.at),
              version: latest.version,
            })
          : t("board.conflictUnknown")}
      </p>
      <p>{t("board.conflictText")}</p>
      {latest && (
        <div className="row">
          <Button size="small" onClick={() => onOverwrite(latest)}>
            {t("board.keepMine")}
          </Button>
          <Button size="small" onClick={() => onTake(latest)}>
            {t("board.takeTheirs")}
          </Button>
        </div>
      )}
    </div>
  );
}
