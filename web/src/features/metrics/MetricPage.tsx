import { Button } from "antd";
import { type ReactNode, useState } from "react";
import { Link, useParams } from "react-router";
import type { Metric, MetricDetail, QueryBody } from "@/api/types";
import { formatInstant } from "@/lib/format";
import { useText } from "@/lib/use-text";
import { lastRow, marksIn, trendOf } from "@/product/answer/answer";
import { useAnswer } from "@/product/answer/api";
import { useCatalogue, useMetricDetail, useSchemes } from "@/product/catalogue/api";
import { Filters } from "@/product/filters/Filters";
import { Headline } from "@/product/number/Metric";
import { lastPeriods } from "@/product/period/period";
import { useProject } from "@/product/project/api";
import { Code } from "@/ui/Code";
import { PageHeader, Section } from "@/ui/PageHeader";
import { Panel } from "@/ui/Panel";
import "./metrics.css";

/** The card of one metric: what it means, how it is computed, who uses it. */
export function MetricPage() {
  const { name = "" } = useParams();
  const { t, label } = useText();
  const detail = useMetricDetail(name);
  return (
    <>
      <PageHeader
        title={label(detail.data?.label) || name}
        trail={<Link to="/metrics">{t("metrics.title")}</Link>}
        aside={<code>{name}</code>}
        actions={
          <Link to={`/explore?m=${encodeURIComponent(name)}`}>
            <Button type="primary">{t("metrics.explore")}</Button>
          </Link>
        }
      />
      <Panel query={detail} height={480}>
        {(metric) => <Card metric={metric} />}
      </Panel>
    </>
  );
}

function Card({ metric }: { metric: MetricDetail }) {
  const { t } = useText();
  return (
    <div className="metric-card">
      <div>
        <Latest metric={metric} />
        <Caliber metric={metric} />
        <Section title={t("metrics.sql")}>
          <Code text={metric.sql} label={t("metrics.sql")} />
        </Section>
        <Section
          title={t("metrics.yaml")}
          extra={<code className="muted">{`${metric.path}:${metric.line}`}</code>}
        >
          <Code text={metric.yaml} label={t("metrics.yaml")} />
        </Section>
      </div>
      <div>
        <Dimensions metric={metric} />
        <UsedBy metric={metric} />
        <Revisions metric={metric} />
      </div>
    </div>
  );
}

const MONTHS_SHOWN = 13;

/** The metric's own last months. */
function Latest({ metric }: { metric: Metric }) {
  const day = useProject().data?.as_of ?? null;
  const range = day ? lastPeriods(day, "month", MONTHS_SHOWN) : null;
  const query: QueryBody | null = range && {
    metrics: [metric.name],
    group_by: ["metric_time__month"],
    where: [],
    start_time: range.start,
    end_time: range.end,
    order: ["metric_time__month"],
    limit: null,
    compare: ["previous", "year_ago"],
  };
  const answer = useAnswer(query);
  if (!query) return null;
  return (
    <Panel query={answer} height={112}>
      {(data) => {
        const last = lastRow(data, metric.name);
        return (
          <Headline
            metric={metric.name}
            label={metric.label}
            value={last?.value ?? null}
            format={metric.format}
            unit={metric.unit}
            direction={metric.direction}
            origin={last && { query, cell: last.cell }}
            asOf={data.as_of}
            n={data.n[metric.name]}
            marks={last ? marksIn(data)(last.row, metric.name) : undefined}
            compared={last?.compared ?? []}
            trend={trendOf(data, metric.name)}
          />
        );
      }}
    </Panel>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

function Caliber({ metric }: { metric: MetricDetail }) {
  const { t, lines } = useText();
  return (
    <Section title={t("metrics.caliber")}>
      {lines(metric.description) && <p className="metric-text">{lines(metric.description)}</p>}
      <dl className="facts">
        <Fact name={t("metrics.formula")}>
          <code>{metric.formula}</code>
        </Fact>
        {metric.filters.length > 0 && (
          <Fact name={t("metrics.filters")}>
            <Filters filters={metric.filters} />
          </Fact>
        )}
        <Fact name={t("metrics.kind")}>{t(`kind.${metric.kind}`)}</Fact>
        <Fact name={t("metrics.format")}>
          {t(`format.${metric.format}`)}
          {metric.unit && ` · ${metric.unit}`}
        </Fact>
        <Fact name={t("metrics.direction")}>{t(`direction.${metric.direction}`)}</Fact>
        {metric.class && <Fact name={t("metrics.class")}>{t(`class.${metric.class}`)}</Fact>}
        {metric.owner && <Fact name={t("metrics.owner")}>{metric.owner}</Fact>}
        {metric.inputs.length > 0 && (
          <Fact name={t("metrics.inputs")}>
            <MetricLinks names={metric.inputs} />
          </Fact>
        )}
      </dl>
    </Section>
  );
}

/** Names as links: to the metric, to the scheme, or plain when they are neither. */
function MetricLinks({ names }: { names: string[] }) {
  const { label } = useText();
  const metrics = useCatalogue().data?.metrics ?? [];
  const schemes = useSchemes().data ?? [];
  return (
    <span className="row">
      {names.map((name) => {
        const metric = metrics.find((one) => one.name === name);
        const scheme = schemes.find((one) => one.name === name);
        if (metric) {
          return (
            <Link key={name} to={`/metrics/${name}`}>
              {label(metric.label)}
            </Link>
          );
        }
        if (scheme) {
          return (
            <Link key={name} to={`/appraisal?scheme=${name}`}>
              {label(scheme.label)}
            </Link>
          );
        }
        return <span key={name}>{name}</span>;
      })}
    </span>
  );
}

function Dimensions({ metric }: { metric: MetricDetail }) {
  const { t, label } = useText();
  return (
    <Section title={t("metrics.dimensions")}>
      {metric.dimensions.length === 0 && <p className="muted">{t("metrics.noDimensions")}</p>}
      <ul className="plain-list">
        {metric.dimensions.map((dimension) => (
          <li key={dimension.name}>
            {dimension.kind === "time" ? (
              label(dimension.label) || dimension.name
            ) : (
              <Link to={`/explore?m=${metric.name}&d=${dimension.name}&g=none`}>
                {label(dimension.label) || dimension.name}
              </Link>
            )}{" "}
            <code className="muted">{dimension.name}</code>
          </li>
        ))}
      </ul>
    </Section>
  );
}

function UsedBy({ metric }: { metric: MetricDetail }) {
  const { t } = useText();
  return (
    <Section title={t("metrics.usedBy")}>
      {metric.used_by.length === 0 ? (
        <p className="muted">{t("metrics.unused")}</p>
      ) : (
        <MetricLinks names={metric.used_by} />
      )}
    </Section>
  );
}

/** Texts of the defining file, newest first. */
function Revisions({ metric }: { metric: MetricDetail }) {
  const { t, person } = useText();
  const [open, setOpen] = useState<string | null>(null);
  return (
    <Section title={t("metrics.revisions")}>
      <ul className="plain-list">
        {metric.revisions.map((revision, index) => (
          <li key={revision.revision + revision.at}>
            <button
              type="button"
              className="link-button"
              aria-expanded={open === revision.revision}
              onClick={() => setOpen(open === revision.revision ? null : revision.revision)}
            >
              <code>{revision.revision.slice(0, 12)}</code>
            </button>{" "}
            <span className="muted small">
              {formatInstant(revision.at)} · {person(revision.by)}
              {index === 0 && ` · ${t("metrics.current")}`}
            </span>
            {open === revision.revision && <Code text={revision.text} label={t("metrics.revisions")} />}
          </li>
        ))}
      </ul>
    </Section>
  );
}
