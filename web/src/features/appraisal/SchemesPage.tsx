import { Select } from "antd";
import { Link, useNavigate, useSearchParams } from "react-router";
import type { Scheme, Scorecard } from "@/api/types";
import { formatScore } from "@/lib/format";
import { useText } from "@/lib/use-text";
import { useSchemes } from "@/product/catalogue/api";
import { Provisional } from "@/product/number/marks";
import { DataTable, type TableColumn } from "@/ui/DataTable";
import { PageHeader, Section } from "@/ui/PageHeader";
import { EmptyView, Panel } from "@/ui/Panel";
import { useRanking } from "./api";
import { scorecardPath, useSubjectName, useTierText } from "./tier";
import "./appraisal.css";

/** Schemes, and the ranking of a scheme's subjects for a period. */
export function SchemesPage() {
  const { t, label } = useText();
  const schemes = useSchemes();
  const [params, setParams] = useSearchParams();
  const chosen = schemes.data?.find((scheme) => scheme.name === params.get("scheme")) ?? schemes.data?.[0];
  const period = params.get("period") ?? chosen?.last_period ?? null;
  const put = (name: string, value: string) =>
    setParams((now) => {
      now.set(name, value);
      return now;
    });
  return (
    <>
      <PageHeader
        title={t("appraisal.title")}
        actions={
          chosen && (
            <>
              <Select<string>
                aria-label={t("appraisal.scheme")}
                value={chosen.name}
                popupMatchSelectWidth={false}
                onChange={(name) => put("scheme", name)}
                options={(schemes.data ?? []).map((scheme) => ({
                  value: scheme.name,
                  label: label(scheme.label),
                }))}
              />
              <Select<string>
                aria-label={t("appraisal.period")}
                value={period ?? undefined}
                showSearch
                popupMatchSelectWidth={false}
                onChange={(value) => put("period", value)}
                options={periodsOffered(chosen.periods, period).map((value) => ({
                  value,
                  label: value,
                }))}
              />
            </>
          )
        }
      />
      <Panel
        query={schemes}
        height={420}
        isEmpty={(list) => list.length === 0}
        empty={
          <EmptyView
            title={t("appraisal.emptyTitle")}
            text={t("appraisal.emptyText")}
            action={<Link to="/metrics">{t("metrics.title")}</Link>}
          />
        }
      >
        {() => chosen && <SchemeView scheme={chosen} period={period} />}
      </Panel>
    </>
  );
}

/** The scheme's periods up to the data, newest first; the chosen one is always among them. */
function periodsOffered(periods: string[], chosen: string | null): string[] {
  return chosen && !periods.includes(chosen) ? [chosen, ...periods] : periods;
}

function SchemeView({ scheme, period }: { scheme: Scheme; period: string | null }) {
  const { t } = useText();
  return (
    <>
      {period ? (
        <Ranking scheme={scheme} period={period} />
      ) : (
        <EmptyView
          title={t("appraisal.noDataTitle")}
          text={t("data.emptyText")}
          action={<Link to="/data/import">{t("import.title")}</Link>}
        />
      )}
      <Section title={t("appraisal.definition")} extra={<code className="muted">{scheme.path}</code>}>
        <Definition scheme={scheme} />
      </Section>
    </>
  );
}

function Ranking({ scheme, period }: { scheme: Scheme; period: string }) {
  const { t } = useText();
  const ranking = useRanking(scheme.name, period);
  const columns = useRankingColumns(scheme);
  const navigate = useNavigate();
  const best = Math.max(1, ...(ranking.data ?? []).map((one) => one.total ?? 0));
  return (
    <Section title={t("appraisal.ranking", { period })}>
      <Panel
        query={ranking}
        height={200}
        isEmpty={(list) => list.length === 0}
        empty={
          <EmptyView
            title={t("appraisal.noSubjects")}
            action={<Link to="/targets">{t("targets.title")}</Link>}
          />
        }
      >
        {(list) => (
          <DataTable
            tools
            caption={t("appraisal.ranking", { period })}
            columns={columns(best)}
            rows={[...list].sort((one, other) => (other.total ?? -1) - (one.total ?? -1))}
            rowKey={(one) => one.subject}
            onRowClick={(one) => navigate(scorecardPath(scheme.name, one.period, one.subject))}
          />
        )}
      </Panel>
    </Section>
  );
}

function useRankingColumns({ name: scheme, tiers }: Scheme): (best: number) => TableColumn<Scorecard>[] {
  const { t, locale } = useText();
  const subjectName = useSubjectName(scheme);
  const tierText = useTierText();
  return (best) => [
    { key: "rank", title: t("appraisal.rank"), align: "right", width: 56, render: (_, index) => index + 1 },
    {
      key: "subject",
      title: t("appraisal.subject"),
      value: (one) => subjectName(one),
      render: (one) => (
        <Link
          to={scorecardPath(scheme, one.period, one.subject)}
          onClick={(event) => event.stopPropagation()}
        >
          {subjectName(one)}
        </Link>
      ),
    },
    {
      key: "total",
      title: t("appraisal.total"),
      align: "right",
      value: (one) => one.total,
      render: (one) => (
        <>
          {formatScore(one.total, locale)} {one.provisional && <Provisional />}
        </>
      ),
    },
    {
      key: "bar",
      title: "",
      name: t("appraisal.bar"),
      width: 240,
      render: (one) => (
        <span className="score-bar" aria-hidden="true">
          <i style={{ width: `${(Math.max(0, one.total ?? 0) / best) * 100}%` }} />
        </span>
      ),
    },
    { key: "tier", title: t("appraisal.tier"), value: (one) => tierText(one.tier, tiers) },
  ];
}

function Definition({ scheme }: { scheme: Scheme }) {
  const { t, label } = useText();
  const rows = scheme.perspectives.flatMap((perspective) =>
    perspective.kpis.map((kpi) => ({ perspective, kpi })),
  );
  const tierText = useTierText();
  return (
    <>
      <DataTable
        caption={t("appraisal.definition")}
        rows={rows}
        rowKey={({ perspective, kpi }) => `${perspective.name}.${kpi.name}`}
        columns={[
          {
            key: "perspective",
            title: t("appraisal.perspective"),
            value: ({ perspective }) => label(perspective.label),
          },
          {
            key: "kpi",
            title: t("appraisal.kpi"),
            value: ({ kpi }) => label(kpi.label),
            render: ({ kpi }) =>
              kpi.metric ? <Link to={`/metrics/${kpi.metric}`}>{label(kpi.label)}</Link> : label(kpi.label),
          },
          { key: "weight", title: t("appraisal.weight"), align: "right", value: ({ kpi }) => kpi.weight },
          { key: "rule", title: t("appraisal.rule"), value: ({ kpi }) => t(`rule.${kpi.rule}`) },
        ]}
      />
      {scheme.tiers.length > 0 && (
        <p className="tiers muted small">
          {t("appraisal.tiers")}
          {scheme.tiers.map((tier) => (
            <span key={label(tier.label)}>{tierText(tier, scheme.tiers)}</span>
          ))}
        </p>
      )}
    </>
  );
}
