import type { Direction, MetricFormat } from "@/api/types";
import { formatInstant, formatInteger, formatValue, type Length } from "@/lib/format";
import type { Label } from "@/lib/label";
import { useText } from "@/lib/use-text";
import type { CellMarks, Compared, NumberOrigin } from "@/product/answer/answer";
import { lineageQuery } from "@/product/answer/answer";
import { useMetricDetail } from "@/product/catalogue/api";
import { useOpenLineage } from "@/product/lineage/use-lineage";
import { useProject } from "@/product/project/api";
import { NearWhy, WhyButton } from "@/product/why/WhyButton";
import { whyOf } from "@/product/why/why-link";
import { HoverCard } from "@/ui/HoverCard";
import { Mark } from "@/ui/Mark";
import { usePlain } from "@/ui/plain";
import { Sparkline } from "@/ui/Sparkline";
import { Change } from "./Change";
import { Provisional, Unfinished } from "./marks";
import "./metric.css";

export type NumberMarks = CellMarks & { tooFew?: { have: number; need: number } };

type MetricNumberProps = {
  metric: string | null;
  label?: Label | string;
  value: number | null;
  format: MetricFormat | null;
  unit?: string | null;
  length?: Length;
  origin?: NumberOrigin | null;
  asOf?: string | null;
  n?: number | null;
  marks?: NumberMarks;
  /** False where 为什么 stands beside the number anyway. */
  asksWhy?: boolean;
};

/**
 * A number of the product, the same everywhere: hover tells its 口径, as-of and n and offers 为什么; a click opens its
 * lineage.
 */
export function MetricNumber(props: MetricNumberProps) {
  const { metric, value, origin } = props;
  const { t, locale, label } = useText();
  const currency = useProject().data?.currency;
  const openLineage = useOpenLineage();
  const plain = usePlain();
  const style = { locale, format: props.format, unit: props.unit, currency };
  const text = formatValue(value, { ...style, length: props.length ?? "full" });
  const marks = <Marks marks={props.marks} />;
  const exact = props.length === "short" ? formatValue(value, style) : null;
  if (!metric || !origin || value === null || plain) {
    return (
      <span className="number">
        {text} {marks}
      </span>
    );
  }
  const request = { ...origin, query: lineageQuery(origin.query), metric };
  const opened = (
    <HoverCard content={<Caliber metric={metric} exact={exact} asOf={props.asOf} n={props.n} />}>
      <button
        type="button"
        className="number-button"
        onClick={() => openLineage(request)}
        data-number={metric}
      >
        <span className="visually-hidden">{t("number.open", { name: label(props.label) })} </span>
        {text}
      </button>
    </HoverCard>
  );
  return (
    <span className="number">
      {props.asksWhy === false ? (
        opened
      ) : (
        <NearWhy why={() => whyOf(request)} name={label(props.label)}>
          {opened}
        </NearWhy>
      )}{" "}
      {marks}
    </span>
  );
}

function Marks({ marks }: { marks?: NumberMarks }) {
  const { t } = useText();
  if (!marks) return null;
  return (
    <>
      {marks.provisional && <Provisional title={t("mark.unsettledWhy")} />}
      {marks.partial && <Unfinished />}
      {marks.tooFew && <Mark tone="warning">{t("mark.tooFew", marks.tooFew)}</Mark>}
    </>
  );
}

/** What stands behind a number, fetched when first looked at. */
function Caliber(props: { metric: string; exact?: string | null; asOf?: string | null; n?: number | null }) {
  const { t, locale, label, lines } = useText();
  const detail = useMetricDetail(props.metric);
  return (
    <div className="caliber">
      {detail.data && (
        <>
          <b>{label(detail.data.label)}</b>
          {lines(detail.data.description) && <p>{lines(detail.data.description)}</p>}
          <p className="caliber-formula">{detail.data.formula}</p>
        </>
      )}
      <p>
        {props.exact && <span>{props.exact} · </span>}
        {props.asOf && <span>{t("number.asOf", { at: formatInstant(props.asOf) })}</span>}
        {typeof props.n === "number" && <span> · n = {formatInteger(props.n, locale)}</span>}
      </p>
    </div>
  );
}

type HeadlineProps = MetricNumberProps & {
  label: Label;
  direction: Direction | null;
  compared: Compared[];
  trend?: (number | null)[];
};

/** The card form of a number: label, value, changes, trend. */
export function Headline({ compared, trend, direction, marks, ...number }: HeadlineProps) {
  const { label } = useText();
  return (
    <div className="headline">
      <div className="headline-head">
        <div className="headline-label">{label(number.label)}</div>
        {number.metric && number.origin && (
          <WhyButton why={whyOf({ ...number.origin, metric: number.metric })} name={label(number.label)} />
        )}
      </div>
      <div className="headline-value">
        <MetricNumber {...number} length="short" asksWhy={false} />
      </div>
      <div className="headline-changes">
        <Marks marks={marks} />
        {compared.map((one) => (
          <Change key={one.comparison} compared={one} of={number} direction={direction} />
        ))}
      </div>
      {trend && <Sparkline values={trend} label={label(number.label)} />}
    </div>
  );
}
