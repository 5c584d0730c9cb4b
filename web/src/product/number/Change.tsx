import type { Direction } from "@/api/types";
import { formatChange, formatPercent, formatPoints, NO_VALUE } from "@/lib/format";
import { useText } from "@/lib/use-text";
import type { Compared } from "@/product/answer/answer";
import { ComputedNumber } from "@/product/computed/ComputedNumber";
import { goalIn, type Measured, movementOf, towards } from "@/product/computed/computed";
import { Bar } from "@/ui/Bar";

/** Whether a rise is favourable; null when the metric has no better side or nothing moved. */
function favourable(movement: number, direction: Direction | null): boolean | null {
  if (movement === 0 || direction === "band") return null;
  return direction === "lower" ? movement < 0 : movement > 0;
}

type ChangeProps = {
  compared: Compared;
  /** The number that is compared. */
  of: Measured;
  direction: Direction | null;
  named?: boolean;
  /** Days of the number's period, where they are known. */
  days?: number | null;
};

/** ▲ 12.4% or ▼ 1.20 pp beside the comparison's name; colour, arrow and words say the same thing. */
export function Change(props: ChangeProps) {
  const { compared, of, direction, named = true } = props;
  const { t, locale, label } = useText();
  if (compared.comparison === "target") return <Attainment {...props} named={named} />;
  const { format } = of;
  const name = named ? label(compared.label) : null;
  const base = compared.base ? t("change.base", { days: compared.base }) : "";
  const movement = format === "percent" ? compared.difference : (compared.change ?? compared.difference);
  if (movement === null) {
    return (
      <span className="change muted" title={base}>
        {NO_VALUE} {name}
      </span>
    );
  }
  const good = favourable(movement, direction);
  const tone = good === null ? "flat" : good ? "good" : "bad";
  const arrow = movement > 0 ? "▲" : movement < 0 ? "▼" : "■";
  const text =
    format === "percent"
      ? formatPoints(Math.abs(movement), locale).replace("+", "")
      : compared.change === null
        ? NO_VALUE
        : formatChange(movement, locale);
  const way = movement > 0 ? t("change.up") : movement < 0 ? t("change.down") : t("change.same");
  const judgement = good === null ? "" : good ? t("change.good") : t("change.bad");
  return (
    <span className="change" title={[way, judgement, base].filter(Boolean).join(" · ")}>
      <ComputedNumber of={movementOf(of, compared)}>
        <span className={`tone-${tone}`}>
          <span aria-hidden="true">{arrow}</span>
          <span className="visually-hidden">{`${way} ${judgement} `}</span> {text}
        </span>
      </ComputedNumber>
      {name && <span className="muted"> {name}</span>}
    </span>
  );
}

/** 达成 96.2% with a bar and the share of time that has passed as a tick on it. */
function Attainment({ compared, of, days = null, named }: ChangeProps) {
  const { t, locale } = useText();
  const goal = goalIn(compared, days);
  if (compared.attainment === null)
    return <span className="change muted">{named ? t("change.noTarget") : NO_VALUE}</span>;
  return (
    <span className="change attainment">
      {named && <span className="muted">{t("change.attained")} </span>}
      <ComputedNumber of={towards("attainment", of, goal, compared.attainment)}>
        {formatPercent(compared.attainment, locale, 1)}
      </ComputedNumber>
      <Bar part={compared.attainment} tick={compared.elapsed} />
      {named && compared.elapsed !== null && (
        <span className="muted">
          {t("change.elapsed")}{" "}
          <ComputedNumber of={towards("elapsed", of, goal, compared.elapsed)}>
            {formatPercent(compared.elapsed, locale, 1)}
          </ComputedNumber>
        </span>
      )}
    </span>
  );
}
