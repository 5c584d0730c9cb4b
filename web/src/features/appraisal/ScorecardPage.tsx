import { Select } from "antd";
import { Fragment, useState } from "react";
import { Link, useNavigate, useParams } from "react-router";
import type { Scorecard, ScorecardKpi } from "@/api/types";
import { formatInstant, formatPercent, formatScore, formatValue, NO_VALUE } from "@/lib/format";
import { useText } from "@/lib/use-text";
import { useSchemes } from "@/product/catalogue/api";
import { useMetricName } from "@/product/catalogue/names";
import { ComputedNumber } from "@/product/computed/ComputedNumber";
import { type ComputedInput, type ComputedKind, computed } from "@/product/computed/computed";
import { MetricNumber } from "@/product/number/Metric";
import { Provisional } from "@/product/number/marks";
import { useProject } from "@/product/project/api";
import { Mark } from "@/ui/Mark";
import { PageHeader, Section } from "@/ui/PageHeader";
import { Panel } from "@/ui/Panel";
import { useRanking, useScorecard } from "./api";
import { scorecardPath, useSubjectName, useTierText } from "./tier";
import "@/ui/table.css";
import "./appraisal.css";

/** One subject's score for one period, with every step from the actual to the total. */
export function ScorecardPage() {
  const { scheme = "", period = "", subject = "" } = useParams();
  const { t, label } = useText();
  const subjectName = useSubjectName(scheme);
  const scorecard = useScorecard(scheme, period, subject);
  const card = scorecard.data;
  const name = card ? [subjectName(card), label(card.label), card.period].join(" · ") : period;
  return (
    <>
      <PageHeader
        title={name}
        trail={<Link to={`/appraisal?scheme=${scheme}&period=${period}`}>{t("appraisal.title")}</Link>}
        aside={card?.as_of && t("number.asOf", { at: formatInstant(card.as_of) })}
        actions={<SubjectSelect scheme={scheme} period={period} subject={subject} />}
      />
      <Panel query={scorecard} height={480}>
        {(data) => <Card card={data} />}
      </Panel>
    </>
  );
}

function SubjectSelect({ scheme, period, subject }: { scheme: string; period: string; subject: string }) {
  const { t } = useText();
  const subjectName = useSubjectName(scheme);
  const navigate = useNavigate();
  const subjects = useRanking(scheme, period).data ?? [];
  if (subjects.length < 2) return null;
  return (
    <Select<string>
      aria-label={t("appraisal.subject")}
      value={subject}
      popupMatchSelectWidth={false}
      onChange={(next) => navigate(scorecardPath(scheme, period, next))}
      options={subjects.map((one) => ({
        value: one.subject,
        label: subjectName(one),
      }))}
    />
  );
}

function Card({ card }: { card: Scorecard }) {
  const { t } = useText();
  const metricName = useMetricName();
  return (
    <>
      <Total card={card} />
      <Items card={card} />
      <p className="muted small">{t("scorecard.hint")}</p>
      <Steps card={card} />
      <Section title={t("scorecard.basis")}>
        <dl className="facts">
          <dt>{t("scorecard.schemeRevision")}</dt>
          <dd>
            <code>{card.scheme_revision.slice(0, 12)}</code>
          </dd>
          {Object.entries(card.revisions).map(([metric, revision]) => (
            <Fragment key={metric}>
              <dt>
                <Link to={`/metrics/${metric}`}>{metricName(metric)}</Link>
              </dt>
              <dd>
                <code>{revision.slice(0, 12)}</code>
              </dd>
            </Fragment>
          ))}
        </dl>
      </Section>
    </>
  );
}

function Total({ card }: { card: Scorecard }) {
  const { t, locale } = useText();
  const tierText = useTierText();
  const tiers = useSchemes().data?.find((scheme) => scheme.name === card.scheme)?.tiers ?? [];
  const change = card.change;
  const tone = !change ? "flat" : change > 0 ? "good" : "bad";
  return (
    <div className="scorecard-total">
      <div>
        <div className="tile-label">{t("scorecard.total")}</div>
        <div className="scorecard-score">
          <TotalScore card={card} />
          <span className="muted scorecard-outof"> / {formatScore(card.out_of, locale, 0)}</span>{" "}
          {card.provisional && <Provisional />}
        </div>
      </div>
      {card.tier && (
        <div>
          <div className="tile-label">{t("appraisal.tier")}</div>
          <div className="tile-value">{tierText(card.tier, tiers)}</div>
        </div>
      )}
      {change !== null && (
        <div>
          <div className="tile-label">{t("scorecard.change")}</div>
          <div className={`tile-value tone-${tone}`}>
            <ComputedNumber
              of={scoreOf("score_change", change, [
                { part: "score", value: card.total },
                { part: "before", value: card.previous_total },
              ])}
            >
              <span aria-hidden="true">{change > 0 ? "▲" : change < 0 ? "▼" : "■"}</span>
              <span className="visually-hidden">{change > 0 ? t("change.up") : t("change.down")}</span>{" "}
              {formatScore(Math.abs(change), locale)}
            </ComputedNumber>
            <span className="muted small">
              {" "}
              {t("scorecard.before", { total: formatScore(card.previous_total, locale) })}
            </span>
          </div>
        </div>
      )}
    </div>
  );
}

/** The total, which says what it adds up. */
function TotalScore({ card }: { card: Scorecard }) {
  const { locale, label } = useText();
  const parts = card.perspectives.map((one) => contribution(label(one.label), one.contribution));
  return (
    <ComputedNumber of={scoreOf("score_sum", card.total, parts)}>
      {formatScore(card.total, locale)}
    </ComputedNumber>
  );
}

function scoreOf(kind: ComputedKind, value: number | null, inputs: ComputedInput[]) {
  return computed(kind, { metric: null, value, format: null }, value, inputs);
}

function contribution(name: string, value: number | null): ComputedInput {
  return { part: "contribution", name, value };
}

const COLUMNS = [
  "item",
  "weight",
  "actual",
  "target",
  "attainment",
  "rule",
  "score",
  "contribution",
] as const;

function Items({ card }: { card: Scorecard }) {
  const { t, locale, label } = useText();
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const toggle = (key: string) => {
    const next = new Set(open);
    if (!next.delete(key)) next.add(key);
    setOpen(next);
  };
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
    <section className="table-scroll" tabIndex={0} aria-label={t("scorecard.items")}>
      <table className="table scorecard">
        <caption className="visually-hidden">{t("scorecard.items")}</caption>
        <thead>
          <tr>
            {COLUMNS.map((name) => (
              <th key={name} scope="col" className={name === "item" || name === "rule" ? undefined : "right"}>
                {t(`scorecard.${name}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {card.perspectives.map((perspective) => (
            <Fragment key={perspective.name}>
              <tr className="scorecard-perspective">
                <th scope="rowgroup">{label(perspective.label)}</th>
                <td className="right">{perspective.weight}</td>
                <td colSpan={5} />
                <td className="right">
                  <ComputedNumber
                    of={scoreOf(
                      "score_sum",
                      perspective.contribution,
                      perspective.kpis.map((kpi) => contribution(label(kpi.label), kpi.contribution)),
                    )}
                  >
                    {formatScore(perspective.contribution, locale)}
                  </ComputedNumber>
                </td>
              </tr>
              {perspective.kpis.map((kpi) => {
                const key = `${perspective.name}.${kpi.name}`;
                return (
                  <Item
                    key={key}
                    kpi={kpi}
                    open={open.has(key)}
                    onToggle={() => toggle(key)}
                    asOf={card.as_of}
                  />
                );
              })}
            </Fragment>
          ))}
          <tr className="scorecard-perspective">
            <th scope="row">{t("scorecard.total")}</th>
            <td colSpan={6} />
            <td className="right">
              <TotalScore card={card} />
            </td>
          </tr>
        </tbody>
      </table>
    </section>
  );
}

type ItemProps = { kpi: ScorecardKpi; open: boolean; onToggle: () => void; asOf: string | null };

function Item({ kpi, open, onToggle, asOf }: ItemProps) {
  const { t, locale, label } = useText();
  const currency = useProject().data?.currency;
  const style = { locale, currency, format: kpi.format, unit: kpi.unit };
  const steps = (text: string) => (
    <button type="button" className="number-button" aria-expanded={open} onClick={onToggle}>
      {text}
    </button>
  );
  return (
    <>
      <tr>
        <td className="scorecard-kpi">
          {label(kpi.label)} {kpi.missing && <Mark tone="warning">{t(`missing.${kpi.missing}`)}</Mark>}
        </td>
        <td className="right">{kpi.weight}</td>
        <td className="right">
          <MetricNumber
            metric={kpi.metric}
            label={kpi.label}
            value={kpi.actual}
            format={kpi.format}
            unit={kpi.unit}
            asOf={asOf}
            origin={kpi.query && kpi.cell ? { query: kpi.query, cell: kpi.cell } : null}
          />
        </td>
        <td className="right">
          {kpi.target === null ? (
            NO_VALUE
          ) : (
            <MetricNumber
              metric={kpi.metric}
              label={kpi.label}
              value={kpi.target}
              format={kpi.format}
              unit={kpi.unit}
              origin={
                kpi.query && kpi.cell ? { query: kpi.query, cell: kpi.cell, comparison: "target" } : null
              }
            />
          )}
        </td>
        <td className="right">{steps(formatPercent(kpi.attainment, locale, 2))}</td>
        <td>{steps(t(`rule.${kpi.rule}`))}</td>
        <td className="right">{steps(formatScore(kpi.score, locale))}</td>
        <td className="right">{steps(formatScore(kpi.contribution, locale))}</td>
      </tr>
      {open && (
        <tr className="scorecard-steps">
          <td colSpan={COLUMNS.length}>
            <ItemSteps kpi={kpi} style={style} />
          </td>
        </tr>
      )}
    </>
  );
}

function ItemSteps({ kpi, style }: { kpi: ScorecardKpi; style: Parameters<typeof formatValue>[1] }) {
  const { t, locale, label } = useText();
  const { floor, target, stretch } = kpi;
  const bounds = { floor, target, stretch };
  return (
    <ol>
      {kpi.missing_reason && <li>{label(kpi.missing_reason)}</li>}
      <li>
        {(["floor", "target", "stretch"] as const)
          .filter((name) => bounds[name] !== null)
          .map((name) => `${t(`targets.${name}`)} ${formatValue(bounds[name], style)}`)
          .join(" · ") || t("scorecard.noTarget")}
      </li>
      <li>{label(kpi.rule_text)}</li>
      {kpi.score !== null && (
        <li>
          {t("scorecard.contributionStep", {
            score: formatScore(kpi.score, locale),
            weight: kpi.weight,
            contribution: formatScore(kpi.contribution, locale),
          })}
        </li>
      )}
    </ol>
  );
}

/** From the items to the total, as the server computed it. */
function Steps({ card }: { card: Scorecard }) {
  const { t, label } = useText();
  if (card.steps.length === 0) return null;
  return (
    <Section title={t("scorecard.steps")}>
      <ol className="steps">
        {card.steps.map((step, index) => (
          <li key={index}>
            <span>{label(step.text)}</span>
          </li>
        ))}
      </ol>
    </Section>
  );
}
