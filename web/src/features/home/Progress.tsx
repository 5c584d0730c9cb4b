import { useProject } from "@/api/queries";
import type { HomeGoal } from "@/api/types";
import { Attained } from "@/components/Attained";
import { MetricNumber } from "@/components/Metric";
import { Section } from "@/components/PageHeader";
import { PathChart } from "@/components/PathChart";
import { cellOf, onlyMetric } from "@/lib/block";
import { formatPercent, formatValue, NO_VALUE } from "@/lib/format";
import { useText } from "@/lib/use-text";

/** A period's way: actual beside the planned path, the levels, the gap and what each remaining day must bring. */
export function Progress({ goal }: { goal: HomeGoal }) {
  const { t, label, locale } = useText();
  const currency = useProject().data?.currency;
  const metric = onlyMetric(goal.block);
  const cell = cellOf(goal.block, metric);
  const { levels, period } = goal;
  const text = (value: number | null) =>
    formatValue(value, { locale, currency, format: cell.format, unit: cell.unit, length: "short" });
  const elapsed = period.days_passed / period.days;
  return (
    <Section
      title={t("home.progress", { name: label(cell.label), period: period.name })}
      extra={t("home.elapsed", {
        share: formatPercent(elapsed, locale, 1),
        days: period.days - period.days_passed,
      })}
    >
      <div className="home-facts">
        <span>
          <MetricNumber {...cell} length="short" />
        </span>
        {levels && (
          <Attained
            value={cell.value}
            target={levels.target}
            planned={levels.planned}
            direction={cell.direction}
          />
        )}
      </div>
      {levels ? (
        <>
          <PathChart goal={goal} text={text} name={label(cell.label)} />
          <dl className="home-levels">
            <div>
              <dt>{t("home.planned")}</dt>
              <dd>{text(levels.planned)}</dd>
            </div>
            <div>
              <dt>{t("home.gap")}</dt>
              <dd>{text(goal.gap)}</dd>
            </div>
            <div>
              <dt>{t("home.needed")}</dt>
              <dd>{goal.needed === null ? NO_VALUE : text(goal.needed)}</dd>
            </div>
            <div>
              <dt>{t("home.levels")}</dt>
              <dd>{[levels.floor, levels.target, levels.stretch].map(text).join(" / ")}</dd>
            </div>
          </dl>
        </>
      ) : (
        <p className="muted small">{t("home.noTarget", { period: period.name })}</p>
      )}
    </Section>
  );
}
