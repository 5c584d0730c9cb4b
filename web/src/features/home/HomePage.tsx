import type { ReactNode } from "react";
import { useSearchParams } from "react-router";
import type { Home } from "@/api/types";
import { formatInstant } from "@/lib/format";
import { useText } from "@/lib/use-text";
import { useSegmentDimensions } from "@/product/catalogue/dimensions";
import { dayOf, filtersOf, whereOf } from "@/product/filters/filters";
import { useProject } from "@/product/project/api";
import { NoData } from "@/product/project/NoData";
import { IssueList } from "@/ui/IssueList";
import { PageHeader, Section } from "@/ui/PageHeader";
import { Panel, Skeleton } from "@/ui/Panel";
import { ProblemView } from "@/ui/ProblemView";
import { useHome } from "./api";
import { Budget } from "./Budget";
import { Dangers } from "./Dangers";
import { EventPanel } from "./EventPanel";
import { Headlines } from "./Headlines";
import { Progress } from "./Progress";
import { Rankings } from "./Rankings";
import { Reds } from "./Reds";
import { WhyPanel } from "./WhyPanel";
import "./home.css";

/** Rows of all rankings together. */
const RANKED = 7;

/** What a director looks at every morning, as of the end of one business day, without scrolling. */
export function HomePage() {
  const { t } = useText();
  const home = useHome(useHomeChoice());
  const issues = useProject().data?.issues ?? [];
  return (
    <div className="home">
      <PageHeader title={t("home.title")} aside={home.data?.day && <Freshness home={home.data} />} />
      {home.data === undefined && !home.isError ? (
        <HomeSkeleton />
      ) : (
        <Panel query={home} isEmpty={(data) => data.day === null} empty={<NoData />}>
          {(data) => <Blocks home={data} />}
        </Panel>
      )}
      {issues.length > 0 && (
        <Section title={t("data.issues", { count: issues.length })}>
          <IssueList issues={issues} />
        </Section>
      )}
    </div>
  );
}

/** The page's question: day, filters and comparisons of the URL; without a day the server takes the last complete one. */
function useHomeChoice() {
  const [params] = useSearchParams();
  const dimensions = useSegmentDimensions();
  const filters = filtersOf(params).map((filter) =>
    whereOf(filter, dimensions.find((one) => one.name === filter.dimension)?.kind),
  );
  return {
    day: dayOf(params, null) ?? undefined,
    where: filters.length > 0 ? filters.join(" AND ") : undefined,
    compare: params.get("compare") ?? undefined,
  };
}

/** As-of per source: those that end before the page's day by name. */
function Freshness({ home }: { home: Home }) {
  const { t, label, list } = useText();
  const late = home.sources.filter((source) => source.late);
  const all = home.sources
    .map((source) => `${label(source.label)} ${formatInstant(source.as_of)}`)
    .join("\n");
  return (
    <span title={all}>
      {t("home.asOf", { day: home.day })}
      {" · "}
      {late.length === 0
        ? t("home.complete", { count: home.sources.length })
        : t("home.late", {
            names: list(late.map((source) => `${label(source.label)} ${source.as_of.slice(0, 10)}`)),
          })}
      {home.missing.length > 0 &&
        ` · ${t("home.missing", { names: list(home.missing.map((source) => label(source.label))) })}`}
    </span>
  );
}

function Blocks({ home }: { home: Home }) {
  const { t } = useText();
  return (
    <>
      {home.path === null && (
        <p className="muted small home-note">{t("home.automatic", { path: home.path_wanted })}</p>
      )}
      <Failed home={home} block="headline" />
      {home.headline && <Headlines headline={home.headline} />}
      <Failed home={home} block="event" />
      {home.event && <EventPanel event={home.event} />}
      <div className="home-row">
        <Failed home={home} block="why" />
        {home.why && <WhyPanel found={home.why} />}
        <Failed home={home} block="progress" />
        {home.progress && <Progress goal={home.progress} />}
      </div>
      <div className="home-row home-row-3">
        {home.dangers.length > 0 && <Dangers dangers={home.dangers} />}
        <div>
          <Failed home={home} block="rankings" />
          {home.rankings.map((ranking) => (
            <Rankings
              key={JSON.stringify(ranking.block.query)}
              ranking={ranking}
              most={Math.max(3, Math.floor(RANKED / home.rankings.length))}
            />
          ))}
        </div>
        <div>
          <Failed home={home} block="reds" />
          <Reds reds={home.reds} approvals={home.approvals} />
          <Failed home={home} block="budget" />
          {home.budget && <Budget budget={home.budget} />}
        </div>
      </div>
    </>
  );
}

function Failed({ home, block }: { home: Home; block: string }): ReactNode {
  return home.problems
    .filter((failed) => failed.block === block)
    .map((failed) => <ProblemView key={failed.problem.request_id} error={failed.problem} />);
}

/** The blocks' places while they load. */
function HomeSkeleton() {
  return (
    <>
      <Skeleton height={132} />
      <div className="home-row">
        <Skeleton height={248} />
        <Skeleton height={248} />
      </div>
      <div className="home-row home-row-3">
        <Skeleton height={224} />
        <Skeleton height={224} />
        <Skeleton height={224} />
      </div>
    </>
  );
}
