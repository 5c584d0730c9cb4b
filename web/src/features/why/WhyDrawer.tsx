import { Drawer, Segmented, Select } from "antd";
import type { Why, WhyFactor, WhyRequest, WhySegment, WhySide } from "@/api/types";
import { formatInstant, formatPercent, formatSpan, formatValue, NO_VALUE } from "@/lib/format";
import { useText } from "@/lib/use-text";
import { useCatalogue } from "@/product/catalogue/api";
import { ComputedNumber } from "@/product/computed/ComputedNumber";
import type { Computed } from "@/product/computed/computed";
import { MetricNumber } from "@/product/number/Metric";
import { useProject } from "@/product/project/api";
import { useSegmentName } from "@/product/why/use-segment-name";
import { useOpenWhy } from "@/product/why/use-why";
import { Difference, Effect, FactorFall, SegmentEffect, SideNumber } from "@/product/why/WhyParts";
import { mixOf, originOf, overlapOf, rateOf, shareOf, stepsOf, tone } from "@/product/why/why-parts";
import { Mark } from "@/ui/Mark";
import { Panel } from "@/ui/Panel";
import { usePhone } from "@/ui/use-phone";
import { useReturnFocus } from "@/ui/use-return-focus";
import { useWhy } from "./api";
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
  const { t, label } = useText();
  const hasFactors = stepsOf(why).length > 1;
  return (
    <>
      <p className="why-head">
        <Side why={why} side={why.before} />
        <span aria-hidden="true"> → </span>
        <Side why={why} side={why.after} />
        <Difference why={why} />
      </p>
      {hasFactors && (
        <section aria-label={t("why.factors")}>
          <h3>{t("why.factors")}</h3>
          <FactorFall why={why} detail={(factor) => <FactorValues factor={factor} />} />
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
          <li key={note.zh}>{label(note)}</li>
        ))}
        <li>
          {(hasFactors || why.segments.length > 0) && t("why.sums")}{" "}
          {t("number.asOf", { at: formatInstant(why.as_of) })}
        </li>
      </ul>
    </>
  );
}

function Side({ why, side }: { why: Why; side: WhySide }) {
  return (
    <span className="why-side">
      <span className="muted">{formatSpan(side)}</span> <SideNumber why={why} side={side} />
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
  const { t, label } = useText();
  const ratio = why.segments.some((segment) => segment.rate !== null);
  const largest = Math.max(...why.segments.map((segment) => Math.abs(segment.effect)));
  const names = why.dimensions.map((dimension) => label(dimension.label)).join(" × ");
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
            <SegmentRow key={index} why={why} segment={segment} largest={largest} ratio={ratio} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

type RowProps = { why: Why; segment: WhySegment; largest: number; ratio: boolean };

function SegmentRow({ why, segment, largest, ratio }: RowProps) {
  const { locale } = useText();
  const nameOf = useSegmentName(why);
  const name = nameOf(segment);
  const share = segment.share === null ? NO_VALUE : formatPercent(segment.share, locale, 1);
  return (
    <tr className={`why-${segment.kind}`}>
      <th scope="row">
        <SegmentTitle name={name} full={nameOf(segment, "full")} isCause={segment.kind === "cause"} />
        <i
          aria-hidden="true"
          className={`why-bar ${tone(segment.effect, why.direction)}`}
          style={{ width: `${(Math.abs(segment.effect) / (largest || 1)) * 100}%` }}
        />
      </th>
      <td>
        <SegmentValue why={why} segment={segment} side="before" />
      </td>
      <td>
        <SegmentValue why={why} segment={segment} side="after" />
      </td>
      <td className={tone(segment.effect, why.direction)}>
        <SegmentEffect why={why} segment={segment} />
      </td>
      <td>
        <ComputedNumber of={shareOf(why, segment, nameOf)}>{share}</ComputedNumber>
      </td>
      {ratio && (
        <td>
          <Part why={why} value={segment.rate} of={rateOf(why, segment, name)} />
        </td>
      )}
      {ratio && (
        <td>
          <Part why={why} value={segment.mix} of={mixOf(why, segment, name)} />
        </td>
      )}
    </tr>
  );
}

function Part({ why, value, of }: { why: Why; value: number | null; of: Computed | null }) {
  return value === null ? NO_VALUE : <Effect why={why} value={value} of={of} />;
}

type ValueProps = { why: Why; segment: WhySegment; side: "before" | "after" };

/** A segment's own value; of an overlap, how it is worked out. */
function SegmentValue({ why, segment, side }: ValueProps) {
  const { locale } = useText();
  const currency = useProject().data?.currency;
  const nameOf = useSegmentName(why);
  const value = segment[side];
  const cell = segment[`cell_${side}`];
  const style = { locale, currency, format: why.format, unit: why.unit, length: "short" } as const;
  if (segment.kind === "overlap") {
    return <ComputedNumber of={overlapOf(why, side, nameOf)}>{formatValue(value, style)}</ComputedNumber>;
  }
  return (
    <MetricNumber
      metric={why.metric}
      label={why.label}
      value={value}
      format={why.format}
      unit={why.unit}
      length="short"
      origin={cell && originOf(cell)}
    />
  );
}

function SegmentTitle({ name, full, isCause }: { name: string; full: string; isCause: boolean }) {
  const { t } = useText();
  return (
    <>
      <span title={full}>{name}</span>
      {isCause && (
        <Mark className="why-mark" title={t("why.causeWhy")}>
          {t("why.cause")}
        </Mark>
      )}
    </>
  );
}
