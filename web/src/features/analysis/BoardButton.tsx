import { Button } from "antd";
import { lazy, Suspense, useState } from "react";
import type { Answer, BoardView, QueryBody } from "@/api/types";
import { useText } from "@/lib/use-text";
import { chartKindOf } from "@/product/answer/AnswerChart";
import { columnsOf } from "@/product/answer/answer";
import { relativeOf } from "@/product/period/period";
import { AppstoreOutlined } from "@/ui/icons";
import type { ExploreState } from "./state";

const AddToBoard = lazy(() => import("@/product/board/AddToBoard"));

type BoardButtonProps = { answer: Answer | undefined; query: QueryBody; state: ExploreState };

/** Keeps the analysis on a board: its whole question, as the kind of chart on screen. */
export function BoardButton({ answer, query, state }: BoardButtonProps) {
  const { t } = useText();
  const titleOf = useTitle();
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button icon={<AppstoreOutlined />} disabled={!answer} onClick={() => setOpen(true)}>
        {t("board.add")}
      </Button>
      {open && answer && (
        <Suspense fallback={null}>
          <AddToBoard
            panel={{ title: titleOf(answer), query, view: viewOf(answer, query, state) }}
            rolling={relativeOf(state.grain)}
            chosenDays={state.range !== null}
            onClose={() => setOpen(false)}
          />
        </Suspense>
      )}
    </>
  );
}

/** What is measured and by what, in words. */
function useTitle(): (answer: Answer) => string {
  const { label, list } = useText();
  const names = (answer: Answer, role: "metric" | "dimension") =>
    list(columnsOf(answer, role).map((column) => label(column.label) || column.name));
  return (answer) => [names(answer, "metric"), names(answer, "dimension")].filter(Boolean).join(" · ");
}

function viewOf(answer: Answer, query: QueryBody, state: ExploreState): BoardView {
  if (query.group_by.length === 0) return "number";
  const kind = chartKindOf(answer, state.chart);
  return kind === "none" ? "table" : kind;
}
