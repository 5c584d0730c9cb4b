import { Button } from "antd";
import type { HomeWhy } from "@/api/types";
import { useText } from "@/lib/use-text";
import { useSegmentName } from "@/product/why/use-segment-name";
import { useOpenWhy } from "@/product/why/use-why";
import { Difference, FactorFall, SegmentEffect } from "@/product/why/WhyParts";
import { tone } from "@/product/why/why-parts";
import { Section } from "@/ui/PageHeader";

const SEGMENTS = 3;

/** The day's change by its factors, and the largest segments; one click opens the whole explanation. */
export function WhyPanel({ found }: { found: HomeWhy }) {
  const { t, label } = useText();
  const openWhy = useOpenWhy();
  const { why, request } = found;
  const nameOf = useSegmentName(why);
  const sign = Math.sign(why.difference);
  const segments = why.segments
    .filter((one) => one.kind === "cause" || one.kind === "value")
    .toSorted((one, other) => sign * (other.effect - one.effect));
  return (
    <Section
      title={t("why.title", { name: label(why.label) })}
      extra={
        <>
          <Difference why={why} />{" "}
          {t(request.against === "year_ago" ? "comparison.year_ago" : "comparison.previous")}{" "}
          <Button size="small" type="link" className="why-button" onClick={() => openWhy(request)}>
            {t("why.ask")}
          </Button>
        </>
      }
    >
      <FactorFall why={why} />
      <ul className="home-list">
        {segments.slice(0, SEGMENTS).map((segment) => (
          <li key={JSON.stringify(segment.elements)}>
            <span className="home-list-main">{nameOf(segment)}</span>
            <span className={`home-list-end ${tone(segment.effect, why.direction)}`}>
              <SegmentEffect why={why} segment={segment} />
            </span>
          </li>
        ))}
      </ul>
    </Section>
  );
}
