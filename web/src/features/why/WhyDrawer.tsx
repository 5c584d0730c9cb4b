import { Drawer, Segmented, Select } from "antd";
import { useCatalogue, useProject, useWhy } from "@/api/queries";
import type { Why, WhyFactor, WhyRequest, WhySegment, WhySide } from "@/api/types";
import { ComputedNumber } from "@/components/ComputedNumber";
import { MetricNumber } from "@/components/Metric";
import { Panel } from "@/components/Panel";
import { Waterfall } from "@/components/Waterfall";
import { computed } from "@/lib/computed";
import {
  formatDifference,
  formatInstant,
  formatPercent,
  formatSpan,
  formatValue,
  NO_VALUE,
} from "@/lib/format";
import { usePhone } from "@/lib/use-phone";
import { useReturnFocus } from "@/lib/use-return-focus";
import { useText } from "@/lib/use-text";
import { useValueName } from "@/lib/use-value-name";
import { useOpenWhy } from "@/lib/use-why";
import { differenceOf, leaves, originOf, tone, whole } from "@/lib/why-parts";
import "./why.css";

const MAX_DIMENSIONS = 4;

/** Why a number changed: its factors as a waterfall, its segments as a table; every part opens in lineage. */
export default function WhyDrawer({ request }: { request: WhyRequest }) {
  const { t, label } = useText();
  const phone = usePhone();
  useReturnFocus();
  const openWhy = useOpenWhy();
  const why = useWhy(request);
  return (
    <Drawer
      open
      onClose={() => openWhy(null)}
      size={phone ? "100%" : 860}
      title={t("why.title", { name: label(why.data?.label) || request.metric })}
      styles={{ body: { padding: "16px 20px" } }}
      className="why-drawer"
    >
      <Controls request={request} onChange={openWhy} />
      <Panel query={why} height={420}>
        {(data) => <Explained why={data} />}
      </Panel>
    </Drawer>
  );
}

type ControlsProps = { request: WhyRequest; onChange: (request: WhyRequest) => void };

function Controls({ request, onChange }: ControlsProps) {
  const { t, label } = useText();
  const metric = useCatalogue().data?.metrics.find((one) => one.name === request.metric);
  const options = (metric?.dimensions ?? [])
    .filter((dimension) => dimension.kind !== "time")
    .map((dimension) => ({ value: dimension.name, label: label(dimension.label) || dimension.name }));
  const known = request.against === "previous" || request.against === "year_ago";
  const against = known ? [] : [{ value: request.against, label: request.against }];
  return (
    <div className="why-controls">
      <Segmented
        size="small"
        aria-label={t("why.against")}
        value={request.against}
        options={[
          { value: "previous", label: t("comparison.previous") },
          { value: "year_ago", label: t("comparison.year_ago") },
          ...against,
        ]}
        onChange={(value) => onChange({ ...request, against: value })}
      />
      <Select
        size="small"
        mode="multiple"
        className="why-by"
        aria-label={t("why.by")}
        placeholder={t("why.chosen")}
        maxCount={MAX_DIMENSIONS}
        value={request.by}
        options={options}
        optionFilterProp="label"
        onChange={(by: string[]) => onChange({ ...request, by })}
      />
    </div>
  );
}

function Explained({ why }: { why: Why }) {
  const { t, text } = useWhyText(why);
  const steps = why.factors ? leaves(why.factors) : [];
  return (
    <>
      <p className="why-head">
        <SideValue why={why} side={why.before} />
        <span aria-hidden="true"> → </span>
        <SideValue why={why} side={why.after} />
        <b className={tone(why.difference, why.direction)}>
          <ComputedNumber of={differenceOf(why)}>{text.difference(why.difference)}</ComputedNumber>
        </b>
      </p>
      {steps.length > 1 && (
        <section aria-label={t("why.factors")}>
          <h3>{t("why.factors")}</h3>
          <Waterfall
            before={{ name: t("why.before"), value: why.before.value ?? 0 }}
            after={{ name: t("why.after"), value: why.after.value ?? 0 }}
            steps={steps.map((step) => ({
              name: text.label(step.label),
              effect: step.effect,
              shown: text.difference(step.effect),
              tone: tone(step.effect, why.direction),
              detail: <FactorValues factor={step} />,
            }))}
            show={text.value}
          />
        </section>
      )}
      {why.segments.length > 0 && (
        <section aria-label={t("why.segments")}>
          <h3>{t("why.segments")}</h3>
          <Segments why={why} />
        </section>
      )}
      <ul className="why-notes">
        {why.notes.map((note) => (
          <li key={note.zh}>{text.label(note)}</li>
        ))}
        <li>
          {(steps.length > 1 || why.segments.length > 0) && t("why.sums")}{" "}
          {t("number.asOf", { at: formatInstant(why.as_of) })}
        </li>
      </ul>
    </>
  );
}

function shareOf(why: Why, segment: WhySegment) {
  const difference = differenceOf(why) ?? undefined;
  return computed("effect_share", whole(why), segment.share, [
    { part: "effect", value: segment.effect },
    { part: "difference", value: why.difference, computed: difference },
  ]);
}

/** How the numbers of one explanation are written. */
function useWhyText(why: { format: Why["format"]; unit: string | null }) {
  const { t, locale, label } = useText();
  const currency = useProject().data?.currency;
  const style = { locale, currency, format: why.format, unit: why.unit };
  const difference = (value: number) => formatDifference(value, { ...style, length: "short" });
  const value = (amount: number) => formatValue(amount, { ...style, length: "short" });
  const share = (fraction: number | null) =>
    fraction === null ? NO_VALUE : formatPercent(fraction, locale, 1);
  return { t, text: { label, difference, value, share } };
}

function SideValue({ why, side }: { why: Why; side: WhySide }) {
  return (
    <span className="why-side">
      <span className="muted">{formatSpan(side)}</span>{" "}
      <MetricNumber
        metric={why.metric}
        label={why.label}
        value={side.value}
        format={why.format}
        unit={why.unit}
        length="short"
        origin={originOf(side.cell)}
      />
    </span>
  );
}

function FactorValues({ factor }: { factor: WhyFactor }) {
  const number = (value: number | null, cell: WhyFactor["cell_before"]) => (
    <MetricNumber
      metric={factor.metric}
      label={factor.label}
      value={value}
      format={factor.format}
      unit={factor.unit}
      length="short"
      origin={cell && originOf(cell)}
    />
  );
  return (
    <span className="muted">
      {number(factor.before, factor.cell_before)} → {number(factor.after, factor.cell_after)}
    </span>
  );
}

function Segments({ why }: { why: Why }) {
  const { t, text } = useWhyText(why);
  const ratio = why.segments.some((segment) => segment.rate !== null);
  const largest = Math.max(...why.segments.map((segment) => Math.abs(segment.effect)));
  const names = why.dimensions.map((dimension) => text.label(dimension.label)).join(" × ");
  return (
    <div className="why-scroll">
      <table className="why-table">
        <thead>
          <tr>
            <th scope="col">{names}</th>
            <th scope="col">{t("why.before")}</th>
            <th scope="col">{t("why.after")}</th>
            <th scope="col">{t("why.effect")}</th>
            <th scope="col">{t("why.share")}</th>
            {ratio && <th scope="col">{t("why.rate")}</th>}
            {ratio && <th scope="col">{t("why.mix")}</th>}
          </tr>
        </thead>
        <tbody>
          {why.segments.map((segment, index) => (
            // Segments have no name of their own, and their order is part of the answer.
            <tr key={index} className={`why-${segment.kind}`}>
              <th scope="row">
                <SegmentName why={why} segment={segment} />
                <i
                  aria-hidden="true"
                  className={`why-bar ${tone(segment.effect, why.direction)}`}
                  style={{ width: `${(Math.abs(segment.effect) / (largest || 1)) * 100}%` }}
                />
              </th>
              <td>{number(why, segment, segment.before, segment.cell_before)}</td>
              <td>{number(why, segment, segment.after, segment.cell_after)}</td>
              <td className={tone(segment.effect, why.direction)}>{text.difference(segment.effect)}</td>
              <td>
                <ComputedNumber of={shareOf(why, segment)}>{text.share(segment.share)}</ComputedNumber>
              </td>
              {ratio && <td>{segment.rate === null ? NO_VALUE : text.difference(segment.rate)}</td>}
              {ratio && <td>{segment.mix === null ? NO_VALUE : text.difference(segment.mix)}</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function number(why: Why, segment: WhySegment, value: number | null, cell: WhySegment["cell_before"]) {
  return (
    <MetricNumber
      metric={segment.kind === "overlap" ? null : why.metric}
      label={why.label}
      value={value}
      format={why.format}
      unit={why.unit}
      length="short"
      origin={cell && originOf(cell)}
    />
  );
}

function SegmentName({ why, segment }: { why: Why; segment: WhySegment }) {
  const { t, label } = useText();
  const nameOf = useValueName();
  if (segment.kind === "rest" || segment.kind === "overlap") return t(`why.${segment.kind}`);
  const named = segment.elements.map(({ dimension, value }) => {
    const of = why.dimensions.find((one) => one.name === dimension);
    const shown = value === null ? t("why.none") : nameOf(dimension, value);
    return { name: label(of?.label) || dimension, value: shown };
  });
  return (
    <>
      <span title={named.map(({ name, value }) => `${name} = ${value}`).join(", ")}>
        {named.map(({ value }) => value).join(" × ")}
      </span>
      {segment.kind === "cause" && (
        <span className="mark why-mark" title={t("why.causeWhy")}>
          {t("why.cause")}
        </span>
      )}
    </>
  );
}
