import { Button, Select } from "antd";
import { Link, useSearchParams } from "react-router";
import { useSegmentDimensions } from "@/api/dimensions";
import { useAnswer, useCatalogue, useDatasets, useImports, useProject } from "@/api/queries";
import type { Answer, Import, Metric, Project, QueryBody } from "@/api/types";
import { IssueList } from "@/components/IssueList";
import { Headline } from "@/components/Metric";
import { PageHeader, Section } from "@/components/PageHeader";
import { EmptyView, Panel } from "@/components/Panel";
import { columnsOf, lastRow, trendOf } from "@/lib/answer";
import { comparisonsOf, dayOf, type Filter, filtersOf, sharedSearch, whereOf } from "@/lib/filters";
import { formatInstant, formatInteger, formatPeriod } from "@/lib/format";
import { GRAINS, type Grain, lastPeriods } from "@/lib/period";
import { serverText } from "@/lib/server-text";
import { useText } from "@/lib/use-text";
import "./home.css";

const HEADLINES = 6;
/** What a director asks for first, where the project has it. */
const WANTED_FIRST = [
  "paid_amount",
  "net_revenue",
  "visitors",
  "visitor_days",
  "buyer_conversion",
  "spend_per_buyer",
  "ad_cost",
];
const PERIODS_IN_TREND: Record<Grain, number> = { day: 30, week: 13, month: 13, quarter: 8, year: 5 };

/** How fresh the data are, the first metrics of the project, what came in last, and where to go. */
export function HomePage() {
  const { t } = useText();
  const project = useProject();
  const catalogue = useCatalogue();
  return (
    <>
      <PageHeader title={t("home.title")} aside={<Freshness />} actions={<GrainSelect />} />
      <Panel query={project} height={320}>
        {(found) =>
          found.as_of === null ? (
            <EmptyView
              title={t("data.emptyTitle")}
              text={t("data.emptyText")}
              action={
                <Link to="/data/import">
                  <Button type="primary">{t("import.title")}</Button>
                </Link>
              }
            />
          ) : (
            <Panel query={catalogue} height={160}>
              {(data) => <Headlines project={found} metrics={data.metrics} />}
            </Panel>
          )
        }
      </Panel>
      <div className="home-grid">
        <LatestImports />
        <Sources />
      </div>
      {project.data && project.data.issues.length > 0 && (
        <Section title={t("data.issues", { count: project.data.issues.length })}>
          <IssueList issues={project.data.issues} />
        </Section>
      )}
    </>
  );
}

function Freshness() {
  const { t } = useText();
  const project = useProject().data;
  return project?.as_of ? t("number.asOf", { at: project.as_of }) : null;
}

function grainOf(params: URLSearchParams): Grain {
  return GRAINS.find((grain) => grain === params.get("g")) ?? "month";
}

function GrainSelect() {
  const { t } = useText();
  const [params, setParams] = useSearchParams();
  return (
    <Select<Grain>
      aria-label={t("explore.grain")}
      value={grainOf(params)}
      popupMatchSelectWidth={false}
      onChange={(grain) =>
        setParams((now) => {
          now.set("g", grain);
          return now;
        })
      }
      options={GRAINS.map((grain) => ({ value: grain, label: t(`grain.${grain}`) }))}
    />
  );
}

/** The wanted metrics, then other results, then the rest; only those that the filters can reach. */
function headlineMetrics(metrics: Metric[], filters: Filter[]): Metric[] {
  const rank = ({ name, class: kind }: Metric) => {
    const place = WANTED_FIRST.indexOf(name);
    return place >= 0 ? place : WANTED_FIRST.length + (kind === "result" ? 0 : 1);
  };
  const reachable = metrics.filter((metric) =>
    filters.every((filter) => metric.dimensions.some((one) => one.name === filter.dimension)),
  );
  return reachable.sort((one, other) => rank(one) - rank(other)).slice(0, HEADLINES);
}

function useHomeQuery(project: Project, metrics: Metric[]): QueryBody | null {
  const [params] = useSearchParams();
  const dimensions = useSegmentDimensions();
  if (metrics.length === 0) return null;
  const grain = grainOf(params);
  const range = lastPeriods(dayOf(params, project.as_of) ?? "", grain, PERIODS_IN_TREND[grain]);
  return {
    metrics: metrics.map((metric) => metric.name),
    group_by: [`metric_time__${grain}`],
    where: filtersOf(params).map((filter) =>
      whereOf(filter, dimensions.find((one) => one.name === filter.dimension)?.kind),
    ),
    start_time: range.start,
    end_time: range.end,
    order: [`metric_time__${grain}`],
    limit: null,
    compare: comparisonsOf(params),
  };
}

function Headlines({ project, metrics: all }: { project: Project; metrics: Metric[] }) {
  const { t } = useText();
  const [params] = useSearchParams();
  const metrics = headlineMetrics(all, filtersOf(params));
  const query = useHomeQuery(project, metrics);
  const answer = useAnswer(query);
  if (!query) return <EmptyView title={t("metrics.emptyTitle")} text={t("metrics.emptyText")} />;
  return (
    <Panel
      query={answer}
      height={160}
      isEmpty={(data) => data.rows.length === 0}
      empty={<EmptyView title={t("explore.emptyTitle")} text={t("explore.emptyText")} />}
    >
      {(data) => <HeadlineRow answer={data} query={query} metrics={metrics} />}
    </Panel>
  );
}

function HeadlineRow({ answer, query, metrics }: { answer: Answer; query: QueryBody; metrics: Metric[] }) {
  const { t } = useText();
  const [params] = useSearchParams();
  const time = columnsOf(answer, "time")[0];
  const shared = sharedSearch(params).replace("?", "&");
  return (
    <>
      <div className="home-headlines">
        {metrics.map((metric) => {
          const last = lastRow(answer, metric.name);
          return (
            <div className="home-card" key={metric.name}>
              <Headline
                metric={metric.name}
                label={metric.label}
                value={last?.value ?? null}
                format={metric.format}
                unit={metric.unit}
                direction={metric.direction}
                origin={last && { query, cell: last.cell }}
                asOf={answer.as_of}
                n={answer.n[metric.name]}
                marks={{ partial: answer.partial }}
                compared={last?.compared ?? []}
                trend={trendOf(answer, metric.name)}
              />
              <div className="home-card-foot">
                <span>{last && time && formatPeriod(String(last.cell[time.name]), time.grain)}</span>
                <Link to={`/explore?m=${metric.name}&g=${grainOf(params)}${shared}`}>
                  {t("home.analyse")}
                </Link>
              </div>
            </div>
          );
        })}
      </div>
      {answer.notes.length > 0 && <p className="muted small">{answer.notes.map(serverText).join(" · ")}</p>}
    </>
  );
}

const IMPORTS_SHOWN = 8;

function LatestImports() {
  const { t } = useText();
  const imports = useImports(null, 0, IMPORTS_SHOWN);
  return (
    <Section title={t("home.imports")} extra={<Link to="/data/imports">{t("home.all")}</Link>}>
      <Panel
        query={imports}
        height={200}
        isEmpty={(page) => page.imports.length === 0}
        empty={
          <EmptyView
            title={t("imports.emptyTitle")}
            action={<Link to="/data/import">{t("import.title")}</Link>}
          />
        }
      >
        {(page) => (
          <ul className="home-list">
            {page.imports.map((item) => (
              <ImportLine key={item.id} item={item} />
            ))}
          </ul>
        )}
      </Panel>
    </Section>
  );
}

function ImportLine({ item }: { item: Import }) {
  const { t, locale } = useText();
  return (
    <li>
      <Link to={`/data/imports/${item.id}`} className="home-list-main">
        {item.file_name}
      </Link>
      <span className="muted">{t("home.rows", { text: formatInteger(item.accepted, locale) })}</span>
      {item.rejected > 0 && (
        <span className="mark mark-warning">
          {t("home.rejected", { text: formatInteger(item.rejected, locale) })}
        </span>
      )}
      <span className="muted home-list-end">{formatInstant(item.started_at)}</span>
    </li>
  );
}

/** Each dataset with data, and up to when. */
function Sources() {
  const { t, locale, label } = useText();
  const datasets = useDatasets();
  return (
    <Section title={t("home.datasets")} extra={<Link to="/data">{t("home.all")}</Link>}>
      <Panel query={datasets} height={200}>
        {(list) => (
          <ul className="home-list">
            {list
              .filter((dataset) => dataset.rows > 0)
              .map((dataset) => (
                <li key={dataset.name}>
                  <Link to={`/data/datasets/${dataset.name}`} className="home-list-main">
                    {label(dataset.label)}
                  </Link>
                  <span className="muted">
                    {t("home.rows", { text: formatInteger(dataset.rows, locale) })}
                  </span>
                  <span className="muted home-list-end">{formatInstant(dataset.as_of)}</span>
                </li>
              ))}
          </ul>
        )}
      </Panel>
    </Section>
  );
}
