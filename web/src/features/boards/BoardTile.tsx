import type { CSSProperties } from "react";
import { Link } from "react-router";
import type { BoardPanel } from "@/api/types";
import { formatInstant, formatSpan } from "@/lib/format";
import { useText } from "@/lib/use-text";
import { useAnswer } from "@/product/answer/api";
import { useDimensionName, useMetricName } from "@/product/catalogue/names";
import { filterText } from "@/product/filters/filters";
import { wholePeriod } from "@/product/period/period";
import { Mark } from "@/ui/Mark";
import { usePlain } from "@/ui/plain";
import { exploreLink } from "./explore-link";
import { PanelBody, usePanelQuestion } from "./PanelBody";

/** A panel on its place of the grid: title, days, answer. */
export function BoardTile({ panel }: { panel: BoardPanel }) {
  const { t } = useText();
  const question = usePanelQuestion(panel);
  const title = usePanelTitle()(panel);
  const plain = usePlain();
  const to = question && !plain && exploreLink(panel, question.query);
  return (
    <article className="board-tile" style={placeOf(panel)} aria-label={title}>
      <header className="board-tile-head">
        <h2 title={title}>{title}</h2>
        <Facts panel={panel} />
        {to && (
          <Link className="board-tile-link" to={to} aria-label={`${t("home.analyse")} ${title}`}>
            {t("home.analyse")}
          </Link>
        )}
      </header>
      <PanelBody panel={panel} title={title} question={question} />
    </article>
  );
}

/** The lines of the grid between which a panel stands. */
export function placeOf({ x, y, w, h }: BoardPanel): CSSProperties {
  return {
    gridColumn: `${x + 1} / span ${w}`,
    gridRow: `${y + 1} / span ${h}`,
    "--rows": h,
  };
}

/** A panel's own title, else the names of its metrics. */
export function usePanelTitle(): (panel: BoardPanel) => string {
  const nameOf = useMetricName();
  return (panel) => panel.title.trim() || panel.query.metrics.map(nameOf).join(" · ");
}

/** The days a panel is about, and the filters of the page that it cannot obey. */
function Facts({ panel }: { panel: BoardPanel }) {
  const { t, list } = useText();
  const nameOf = useDimensionName();
  const question = usePanelQuestion(panel);
  const answer = useAnswer(question?.query ?? null).data;
  const days = answer?.period && {
    start: answer.period.start.slice(0, 10),
    end: answer.period.end.slice(0, 10),
  };
  return (
    <span
      className="board-tile-facts"
      title={answer && t("number.asOf", { at: formatInstant(answer.as_of) })}
    >
      {days && (wholePeriod(days.start, days.end) ?? formatSpan(days))}
      {question && question.left.length > 0 && (
        <Mark title={question.left.map(filterText).join("\n")}>
          {t("board.notFiltered", { names: list(question.left.map((filter) => nameOf(filter.dimension))) })}
        </Mark>
      )}
    </span>
  );
}
