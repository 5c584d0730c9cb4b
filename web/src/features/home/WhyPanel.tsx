import { Button } from "antd";
import { useProject } from "@/api/queries";
import type { HomeWhy, Why } from "@/api/types";
import { ComputedNumber } from "@/components/ComputedNumber";
import { Section } from "@/components/PageHeader";
import { Waterfall } from "@/components/Waterfall";
import { formatDifference, formatValue } from "@/lib/format";
import { useText } from "@/lib/use-text";
import { type NameOfValue, useValueName } from "@/lib/use-value-name";
import { useOpenWhy } from "@/lib/use-why";
import { differenceOf, leaves, tone } from "@/lib/why-parts";

const SEGMENTS = 3;

/** The day's change by its factors, and the largest segments; one click opens the whole explanation. */
export function WhyPanel({ found }: { found: HomeWhy }) {
  const { t, label, locale } = useText();
  const openWhy = useOpenWhy();
  const nameOf = useValueName();
  const currency = useProject().data?.currency;
  const { why, request } = found;
  const style = { locale, currency, format: why.format, unit: why.unit, length: "short" } as const;
  const difference = (value: number) => formatDifference(value, style);
  const steps = why.factors ? leaves(why.factors) : [];
  const sign = Math.sign(why.difference);
  const segments = why.segments
    .filter((one) => one.kind === "cause" || one.kind === "value")
    .toSorted((one, other) => sign * (other.effect - one.effect));
  return (
    <Section
      title={t("why.title", { name: label(why.label) })}
      extra={
        <>
          <b className={tone(why.difference, why.direction)}>
            <ComputedNumber of={differenceOf(why)}>{difference(why.difference)}</ComputedNumber>
          </b>{" "}
          {t(`comparison.${request.against as "previous"}`)}{" "}
          <Button size="small" type="link" className="why-button" onClick={() => openWhy(request)}>
            {t("why.ask")}
          </Button>
        </>
      }
    >
      {steps.length > 1 && (
        <Waterfall
          before={{ name: t("why.before"), value: why.before.value ?? 0 }}
          after={{ name: t("why.after"), value: why.after.value ?? 0 }}
          steps={steps.map((step) => ({
            name: label(step.label),
            effect: step.effect,
            shown: difference(step.effect),
            tone: tone(step.effect, why.direction),
          }))}
          show={(value) => formatValue(value, style)}
        />
      )}
      <ul className="home-list">
        {segments.slice(0, SEGMENTS).map((segment) => (
          <li key={JSON.stringify(segment.elements)}>
            <span className="home-list-main">{segmentName(segment, nameOf, t("why.none"))}</span>
            <span className={`home-list-end ${tone(segment.effect, why.direction)}`}>
              {difference(segment.effect)}
            </span>
          </li>
        ))}
      </ul>
    </Section>
  );
}

function segmentName(segment: Why["segments"][number], nameOf: NameOfValue, none: string): string {
  return segment.elements
    .map(({ dimension, value }) => (value === null ? none : nameOf(dimension, value)))
    .join(" × ");
}
