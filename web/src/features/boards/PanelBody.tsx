import { useSearchParams } from "react-router";
import type { Answer, BoardPanel, QueryBody } from "@/api/types";
import { useText } from "@/lib/use-text";
import { AnswerChart, chartKindOf } from "@/product/answer/AnswerChart";
import { AnswerHeadlines } from "@/product/answer/AnswerHeadlines";
import { AnswerTable } from "@/product/answer/AnswerTable";
import { useAnswer } from "@/product/answer/api";
import { type PanelQuestion, panelQuestion } from "@/product/board/board";
import { useCatalogue } from "@/product/catalogue/api";
import { dayOf } from "@/product/filters/filters";
import { useProject } from "@/product/project/api";
import { EmptyView, Panel } from "@/ui/Panel";
import { useBox } from "@/ui/use-box";

/** What panels ask under the filters of the address; null until the project and its metrics are known. */
export function usePanelQuestions(): ((panel: BoardPanel) => PanelQuestion) | null {
  const [params] = useSearchParams();
  const project = useProject().data;
  const metrics = useCatalogue().data?.metrics;
  if (!project || !metrics) return null;
  const day = dayOf(params, project.as_of);
  const dimensions = (name: string) => metrics.find((one) => one.name === name)?.dimensions ?? [];
  return (panel) => panelQuestion(panel, params, day, dimensions);
}

export function usePanelQuestion(panel: BoardPanel): PanelQuestion | null {
  return usePanelQuestions()?.(panel) ?? null;
}

type PanelBodyProps = { panel: BoardPanel; title: string; question: PanelQuestion | null };

/** The answer of a panel in the room it has. */
export function PanelBody({ panel, title, question }: PanelBodyProps) {
  const { t } = useText();
  const [room, box] = useBox<HTMLDivElement>();
  const answer = useAnswer(question?.query ?? null);
  return (
    <section
      className={`board-body board-body-${panel.view}`}
      ref={room}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
      tabIndex={0}
      aria-label={title}
    >
      <Panel
        query={answer}
        height={96}
        isEmpty={(found) => found.rows.length === 0}
        empty={<EmptyView title={t("explore.emptyTitle")} text={t("explore.emptyText")} />}
      >
        {(found) =>
          question && (
            <View panel={panel} answer={found} query={question.query} height={box?.height ?? null} />
          )
        }
      </Panel>
    </section>
  );
}

type ViewProps = { panel: BoardPanel; answer: Answer; query: QueryBody; height: number | null };

function View({ panel, answer, query, height }: ViewProps) {
  if (height === null) return null;
  if (query.group_by.length === 0 && panel.view !== "table") {
    return <AnswerHeadlines answer={answer} query={query} />;
  }
  const kind = panel.view === "table" || panel.view === "number" ? "none" : chartKindOf(answer, panel.view);
  if (kind === "none") return <AnswerTable answer={answer} query={query} height={height} />;
  return <AnswerChart answer={answer} query={query} kind={kind} height={height} />;
}
