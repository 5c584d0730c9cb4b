import { Button, Dropdown, Select } from "antd";
import { useMemo, useState } from "react";
import { useSearchParams } from "react-router";
import { download } from "@/api/client";
import type { Answer, Metric, QueryBody } from "@/api/types";
import { formatDuration, formatInstant } from "@/lib/format";
import { useOfferActions } from "@/lib/page-actions";
import { serverText } from "@/lib/server-text";
import { useText } from "@/lib/use-text";
import { AnswerChart, chartKindOf, chartKindsOf } from "@/product/answer/AnswerChart";
import { AnswerHeadlines } from "@/product/answer/AnswerHeadlines";
import { AnswerTable } from "@/product/answer/AnswerTable";
import { columnsOf } from "@/product/answer/answer";
import { useAnswer } from "@/product/answer/api";
import type { ChartKind } from "@/product/answer/chart-plan";
import { useCatalogue } from "@/product/catalogue/api";
import { useSegmentDimensions } from "@/product/catalogue/dimensions";
import { dayOf } from "@/product/filters/filters";
import { Unfinished } from "@/product/number/marks";
import { useProject } from "@/product/project/api";
import { NoData } from "@/product/project/NoData";
import { Code } from "@/ui/Code";
import { DownloadOutlined } from "@/ui/icons";
import { PageHeader, Section } from "@/ui/PageHeader";
import { EmptyView, Panel } from "@/ui/Panel";
import { ProblemView } from "@/ui/ProblemView";
import { BoardButton } from "./BoardButton";
import { ExploreControls } from "./ExploreControls";
import { type ExploreState, queryOf, readState, writeState } from "./state";
import "./analysis.css";

/** Metrics × dimensions × grain × filters × comparisons, as a chart and a table; the URL holds it all. */
export function ExplorePage() {
  const { t } = useText();
  const [params, setParams] = useSearchParams();
  const project = useProject();
  const catalogue = useCatalogue();
  const kinds = useDimensionKinds();
  const state = readState(params);
  const day = dayOf(params, project.data?.as_of);
  const query = day && state.metrics.length > 0 ? queryOf(state, params, day, kinds) : null;
  const answer = useAnswer(query);
  const change = (next: Partial<ExploreState>) =>
    setParams((now) => {
      writeState(now, { ...state, ...next });
      return now;
    });
  return (
    <>
      <PageHeader
        title={t("explore.title")}
        aside={answer.data && <AnswerFacts answer={answer.data} />}
        actions={
          query && (
            <>
              <BoardButton answer={answer.data} query={query} state={state} />
              <ExportButton query={query} />
            </>
          )
        }
      />
      <Panel query={project} height={420}>
        {() => (
          <Panel query={catalogue} height={420}>
            {({ metrics }) => (
              <div className="explore">
                <ExploreControls metrics={metrics} state={state} day={day} onChange={change} />
                <div className="explore-result">
                  {query === null ? (
                    <StartView
                      metrics={metrics}
                      hasData={day !== null}
                      onPick={(metric) => change({ metrics: [metric] })}
                    />
                  ) : (
                    <Panel
                      query={answer}
                      height={420}
                      isEmpty={(found) => found.rows.length === 0}
                      empty={
                        <EmptyView
                          title={t("explore.emptyTitle")}
                          text={t("explore.emptyText")}
                          action={
                            <Button onClick={() => change({ range: null })}>
                              {t("explore.emptyAction")}
                            </Button>
                          }
                        />
                      }
                    >
                      {(found) => <Result answer={found} query={query} state={state} onChange={change} />}
                    </Panel>
                  )}
                </div>
              </div>
            )}
          </Panel>
        )}
      </Panel>
    </>
  );
}

function useDimensionKinds() {
  const dimensions = useSegmentDimensions();
  return useMemo(() => new Map(dimensions.map((one) => [one.name, one.kind])), [dimensions]);
}

type StartProps = { metrics: Metric[]; hasData: boolean; onPick: (metric: string) => void };

function StartView({ metrics, hasData, onPick }: StartProps) {
  const { t, label } = useText();
  const [first] = metrics;
  if (!hasData) {
    return <NoData title={t("explore.noDataTitle")} text={t("explore.noDataText")} />;
  }
  return (
    <EmptyView
      title={t("explore.startTitle")}
      text={t("explore.startText")}
      action={
        first && (
          <Button type="primary" onClick={() => onPick(first.name)}>
            {t("explore.startAction", { name: label(first.label) })}
          </Button>
        )
      }
    />
  );
}

function AnswerFacts({ answer }: { answer: Answer }) {
  const { t, locale } = useText();
  return (
    <>
      {answer.period?.start &&
        `${formatInstant(answer.period.start)} – ${formatInstant(answer.period.end)} · `}
      {t("number.asOf", { at: formatInstant(answer.as_of) })}
      {answer.partial && (
        <>
          {" "}
          <Unfinished />
        </>
      )}
      {` · ${formatDuration(answer.elapsed_ms / 1000, locale)}`}
    </>
  );
}

function ExportButton({ query }: { query: QueryBody }) {
  const { t } = useText();
  const [failure, setFailure] = useState<unknown>(null);
  const save = async (format: string) => {
    setFailure(null);
    try {
      await download(`/query/export?format=${format}`, query, `yunheng.${format}`);
    } catch (error) {
      setFailure(error);
    }
  };
  useOfferActions([
    {
      key: "export-xlsx",
      text: `${t("palette.exportPage")} ${t("export.xlsx")}`,
      run: () => void save("xlsx"),
    },
    { key: "export-csv", text: `${t("palette.exportPage")} ${t("export.csv")}`, run: () => void save("csv") },
  ]);
  return (
    <>
      <Dropdown
        trigger={["click"]}
        menu={{
          items: [
            { key: "xlsx", label: t("export.xlsx") },
            { key: "csv", label: t("export.csv") },
          ],
          onClick: ({ key }) => void save(key),
        }}
      >
        <Button icon={<DownloadOutlined />}>{t("export.title")}</Button>
      </Dropdown>
      {failure !== null && <ProblemView error={failure} />}
    </>
  );
}

type ResultProps = {
  answer: Answer;
  query: QueryBody;
  state: ExploreState;
  onChange: (next: Partial<ExploreState>) => void;
};

function Result({ answer, query, state, onChange }: ResultProps) {
  const { t } = useText();
  return (
    <>
      {answer.notes.length > 0 && (
        <ul className="notes">
          {answer.notes.map((note) => (
            <li key={note}>{serverText(note)}</li>
          ))}
        </ul>
      )}
      {query.group_by.length === 0 ? (
        <AnswerHeadlines answer={answer} query={query} />
      ) : (
        <ResultChart answer={answer} query={query} state={state} onChange={onChange} />
      )}
      <AnswerTable answer={answer} query={query} />
      <Bases answer={answer} />
      {answer.truncated && (
        <p className="muted small">{t("explore.truncated", { count: answer.rows.length })}</p>
      )}
      <details className="explore-sql">
        <summary>{t("explore.sql")}</summary>
        <Code text={answer.sql} label={t("explore.sql")} />
      </details>
    </>
  );
}

/** What each comparison stands on: its days, promotion or source. */
function Bases({ answer }: { answer: Answer }) {
  const { label } = useText();
  const told = answer.bases.filter((base) => label(base.words) !== "");
  if (told.length === 0) return null;
  return (
    <p className="muted small">
      {told.map((base) => `${label(base.label)}: ${label(base.words)}`).join(" · ")}
    </p>
  );
}

function ResultChart({ answer, query, state, onChange }: ResultProps) {
  const { t, label } = useText();
  const kinds = chartKindsOf(answer);
  const kind = chartKindOf(answer, state.chart);
  return (
    <Section
      title={columnsOf(answer, "metric")
        .map((metric) => label(metric.label))
        .join(" · ")}
      extra={
        kinds.length > 1 && (
          <Select<ChartKind>
            size="small"
            variant="borderless"
            aria-label={t("explore.chart")}
            value={kind}
            popupMatchSelectWidth={false}
            onChange={(value) => onChange({ chart: value })}
            options={kinds.map((value) => ({ value, label: t(`chart.${value}`) }))}
          />
        )
      }
    >
      <AnswerChart answer={answer} query={query} kind={kind} />
    </Section>
  );
}
